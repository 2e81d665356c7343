// `npm start`: the standalone bot where there is a token, else the demo.
if (process.env["DISCORD_TOKEN"]) {
  await import("../src/cli/main.ts");
} else {
  const { demo } = await import("./demo/demo.ts");
  await demo("demo");
}
