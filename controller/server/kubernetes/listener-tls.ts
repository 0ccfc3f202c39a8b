/** What a TLS server shows, in PEM. */
export interface ListenerTls {
  /** The server's certificate, followed by its chain. */
  readonly certificate: string;
  readonly key: string;
  /** CA whose client certificates say who a caller is; without it only tokens do. */
  readonly clientCa?: string;
}

/** Where TLS material comes from. */
export interface TlsSource {
  /** The material as it is now. */
  read(): Promise<ListenerTls>;
}
