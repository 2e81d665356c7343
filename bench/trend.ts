/** How fast a figure grows, by least squares. @param points instants in seconds, and the figure then */
export function growthPerS(points: readonly (readonly [atS: number, value: number])[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, each) => sum + each, 0) / values.length;
  const [atS, level] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))];
  let [together, spread] = [0, 0];
  for (const [at, value] of points) {
    together += (at - atS) * (value - level);
    spread += (at - atS) ** 2;
  }
  return spread === 0 ? 0 : together / spread;
}
