import type { MessageLink } from '../common/ipc/message-link.js';
import { IPC, type IpcText } from './ipc-wire.js';

interface Member {
  readonly link: MessageLink;
  /** True while texts were dropped that this worker has not been told of. */
  behind: boolean;
}

/** The supervisor's end of the workers' fan-out: knows who listens for whom, and passes texts on. */
export class IpcRelay {
  private readonly members = new Set<Member>();
  private readonly listeners = new Map<string, Set<Member>>();

  /** Takes a worker in. Out: lets it go. */
  join(link: MessageLink): () => void {
    const member: Member = { link, behind: false };
    this.members.add(member);
    link.on<string>(IPC.listen, (audience) => {
      const members = this.listeners.get(audience) ?? new Set();
      this.listeners.set(audience, members.add(member));
      return true;
    });
    link.on<string>(IPC.leave, (audience) => this.leave(audience, member));
    link.on<readonly IpcText[]>(IPC.texts, (texts) => this.pass(texts, member));
    link.on(IPC.missed, () =>
      this.members.forEach((other) => other !== member && other.link.say(IPC.missed)),
    );
    return () => {
      this.members.delete(member);
      for (const audience of this.listeners.keys()) this.leave(audience, member);
    };
  }

  private leave(audience: string, member: Member): void {
    const members = this.listeners.get(audience);
    members?.delete(member);
    if (members?.size === 0) this.listeners.delete(audience);
  }

  private pass(texts: readonly IpcText[], from: Member): void {
    const parcels = new Map<Member, IpcText[]>();
    for (const text of texts) {
      for (const member of this.listeners.get(text[0]) ?? []) {
        if (member === from) continue;
        const parcel = parcels.get(member);
        if (parcel) parcel.push(text);
        else parcels.set(member, [text]);
      }
    }
    for (const [member, parcel] of parcels) {
      const size = parcel.reduce((sum, [, text]) => sum + text.length, 0);
      if (!member.link.say(IPC.texts, parcel, size)) member.behind = true;
      else if (member.behind) member.behind = !member.link.say(IPC.missed);
    }
  }
}
