/** For `new Client({ intents, ...clientOptionsFor(address) })`, in this process or in another. */
export function clientOptionsFor(address: string): {
  rest: { api: string; cdn: string; mediaProxy: string };
  ws: { buildIdentifyThrottler: () => { waitForIdentify: () => Promise<void> } };
} {
  return {
    rest: { api: `${address}/api`, cdn: address, mediaProxy: address },
    // The client's own throttle makes each identify but the first wait for 5 s.
    ws: { buildIdentifyThrottler: () => ({ waitForIdentify: () => Promise.resolve() }) },
  };
}
