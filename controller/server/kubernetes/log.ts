/** The part of a logger that the API needs: data first, then a constant message. */
export interface ApiLog {
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}
