/** Which installation of the service this is: all nodes on one database, and no others, share the id. */
export class Installation {
  constructor(readonly id: string) {}
}
