/** Graph's refusals, thrown anywhere in the simulator and answered in Graph's envelope. */

import type { SimAnswer } from "../kit/server.ts";

/** A refusal: status, vendor code, vendor message. */
export class GraphFault extends Error {
  override readonly name = "GraphFault";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export const itemNotFound = () =>
  new GraphFault(404, "ErrorItemNotFound", "The specified object was not found in the store.");
export const malformedId = () => new GraphFault(400, "ErrorInvalidIdMalformed", "Id is malformed.");
export const badRequest = (message: string) => new GraphFault(400, "BadRequest", message);
export const methodNotAllowed = (method: string) =>
  new GraphFault(405, "Request_BadRequest", `Specified HTTP method is not allowed for the request target: ${method}.`);

/** Graph's error envelope; `requestId` is repeated in the `request-id` header. */
export function errorAnswer(fault: GraphFault, requestId: string, clientRequestId: string): SimAnswer {
  const date = new Date().toISOString().slice(0, 19);
  return {
    status: fault.status,
    headers: { ...fault.headers },
    body: {
      error: {
        code: fault.code,
        message: fault.message,
        innerError: { date, "request-id": requestId, "client-request-id": clientRequestId },
      },
    },
  };
}
