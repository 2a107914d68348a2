import { drawingOf } from "@/lib/drawing";

/** Drawn from the name of the show, which stands beside it. */
export function ShowPicture({ name }: { name: string }) {
  const { ground, ink, circles, letters } = drawingOf(name);
  return (
    <svg
      className="show-picture notranslate"
      viewBox="0 0 100 100"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      focusable="false"
    >
      <rect width="100" height="100" fill={ground} />
      {circles.map(({ x, y, radius, colour }, index) => (
        <circle key={index} cx={x} cy={y} r={radius} fill={colour} />
      ))}
      <text
        x="50"
        y="53"
        fill={ink}
        fontSize={[...letters].length > 1 ? 28 : 38}
        fontWeight="750"
        textAnchor="middle"
        dominantBaseline="middle"
      >
        {letters}
      </text>
    </svg>
  );
}
