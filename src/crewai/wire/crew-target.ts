import type { CrewConfig } from '../../config/config.js';
import type { CrewContract } from '../crew.contract.js';

/** Where an agent asks, and by which contract. */
export interface CrewTarget {
  readonly contract: CrewContract;
  /** Of `sync` and `agui` the whole address of the agent; of `amp` that of the deployment. No slash at its end. */
  readonly url: string;
  /** Where health is asked for. */
  readonly base: string;
  readonly token: string | undefined;
}

/** The path of agents that the Crew service does not know by name. */
const GENERAL = '/agents/general-query';

/** Which agents are served by crews, and where: CREW_AI_AGENTS first, then CREW_AI_SERVICE_URL. */
export class CrewTargets {
  constructor(private readonly config: CrewConfig) {}

  /** In: an agent and its path at the Crew service. Out: undefined where no crew serves it. */
  find(agent: string, endpoint: string = GENERAL): CrewTarget | undefined {
    const { url: service, contract: usual, token: usualToken } = this.config;
    const own = this.config.agents.get(agent);
    const contract = own?.contract ?? usual;
    const token = own?.token;
    if (own && !own.url.startsWith('/'))
      return { contract, url: own.url, base: baseOf(own.url, contract), token };
    if (!service) return undefined;
    const path = own?.url ?? (contract === 'sync' ? endpoint : '');
    return { contract, url: `${service}${path}`, base: service, token: token ?? usualToken };
  }

  /** One target for each address whose health is worth asking for. */
  bases(): CrewTarget[] {
    const named = [...this.config.agents.keys()].map((agent) => this.find(agent));
    const usual = this.config.url ? this.find('') : undefined;
    const targets = [usual, ...named].filter((target) => target !== undefined);
    return [...new Map(targets.map((target) => [target.base, target])).values()];
  }
}

function baseOf(url: string, contract: CrewContract): string {
  return contract === 'amp' ? url : new URL(url).origin;
}
