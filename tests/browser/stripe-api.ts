// A stand-in for Stripe's API: PaymentIntents, as much of them as one purchase needs. It decides by
// the payment method's name, and no network is involved. It cannot show how Stripe itself
// behaves; tests/stripe compares the requests with Stripe's own description of its API.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

type Intent = {
  id: string;
  object: "payment_intent";
  status:
    "requires_action" | "requires_capture" | "requires_payment_method" | "succeeded" | "canceled";
  amount: number;
  amount_received: number;
  client_secret: string;
  created: number;
  metadata: Record<string, string>;
  last_payment_error: { code: string } | null;
};

export type StripeApi = {
  /** For the API under test. */
  environment: { STRIPE_KEY: string; STRIPE_API_URL: string };
  intents: Intent[];
  /** The answer of the buyer's bank after the buyer's confirmation. */
  authenticate: (clientSecret: string, isConfirmed: boolean) => void;
  /** From then on a slow bank has answered. */
  answerSlow: () => void;
  stop: () => Promise<void>;
};

export async function startStripeApi(): Promise<StripeApi> {
  const intents: Intent[] = [];
  const { promise: slowAnswer, resolve: answerSlow } = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    if (form.get("payment_method")?.includes("slow")) await slowAnswer;
    const { status, body } = answer(intents, request, form);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    environment: {
      STRIPE_KEY: "sk_test_browser",
      STRIPE_API_URL: `http://127.0.0.1:${port}`,
    },
    intents,
    answerSlow,
    authenticate(clientSecret, isConfirmed) {
      const intent = intents.find(({ client_secret }) => client_secret === clientSecret);
      if (intent?.status !== "requires_action") throw new Error(`nothing to ask: ${clientSecret}`);
      intent.status = isConfirmed ? "requires_capture" : "requires_payment_method";
      if (!isConfirmed)
        intent.last_payment_error = { code: "payment_intent_authentication_failure" };
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Answer = { status: number; body: object };

function answer(intents: Intent[], request: IncomingMessage, form: URLSearchParams): Answer {
  const { pathname } = new URL(request.url ?? "/", "http://stripe.invalid");
  const [, , kind, id, verb] = pathname.split("/");
  if (kind === "refunds")
    return { status: 200, body: { object: "list", data: [], has_more: false } };
  if (kind !== "payment_intents") return refusal(404, "resource_missing");
  if (request.method === "POST" && !id) return create(intents, form);
  const intent = intents.find((known) => known.id === id);
  if (!intent) return refusal(404, "resource_missing");
  if (request.method === "GET") return { status: 200, body: intent };
  return change(intent, verb ?? "");
}

const refusal = (status: number, code: string): Answer => ({
  status,
  body: { error: { type: status === 402 ? "card_error" : "invalid_request_error", code } },
});

function create(intents: Intent[], form: URLSearchParams): Answer {
  const method = form.get("payment_method") ?? "";
  if (method.includes("Declined")) return refusal(402, "card_declined");
  const id = `pi_${intents.length + 1}`;
  const intent: Intent = {
    id,
    object: "payment_intent",
    status: method.includes("threeDSecure") ? "requires_action" : "requires_capture",
    amount: Number(form.get("amount")),
    amount_received: 0,
    client_secret: `${id}_secret_stand_in`,
    created: Math.floor(Date.now() / 1000),
    metadata: {
      order_id: form.get("metadata[order_id]") ?? "",
      payment_id: form.get("metadata[payment_id]") ?? "",
    },
    last_payment_error: null,
  };
  intents.push(intent);
  return { status: 200, body: intent };
}

function change(intent: Intent, verb: string): Answer {
  if (verb === "cancel" && intent.status !== "succeeded") {
    intent.status = "canceled";
    return { status: 200, body: intent };
  }
  if (verb === "capture" && intent.status === "requires_capture") {
    intent.status = "succeeded";
    intent.amount_received = intent.amount;
    return { status: 200, body: intent };
  }
  return refusal(400, "payment_intent_unexpected_state");
}

async function text(request: IncomingMessage): Promise<string> {
  let all = "";
  for await (const chunk of request) all += String(chunk);
  return all;
}
