import type { View } from "../../src/stats/views.ts";

/** A name for a sample view that no other has: of files and of tests. */
export function viewName(view: View): string {
  switch (view.kind) {
    case "top":
      return `top-${view.metric}-${view.of}${view.page > 0 ? `-page-${view.page + 1}` : ""}`;
    case "rhythm":
      return `rhythm-${view.metric}`;
    case "compare":
      return `compare-${view.of}`;
    case "channel":
      return `channel-${view.channelId.slice(-2)}`;
    default:
      return view.kind;
  }
}
