import type { Show } from "@/lib/api/types.gen";
import { drawingOf } from "@/lib/drawing";

type Props = {
  show: Pick<Show, "name" | "poster">;
  /** How wide it is shown, for the choice of the file. */
  sizes: string;
  isFirst?: boolean;
};

/** The show's own picture, or one that is drawn from its name. The name stands beside it. */
export function ShowPicture({ show: { name, poster }, sizes, isFirst = false }: Props) {
  if (!poster) return <DrawnPicture name={name} />;
  const { small, medium, large } = poster;
  return (
    // eslint-disable-next-line @next/next/no-img-element -- the API has made its sizes already
    <img
      className="show-picture"
      src={medium}
      srcSet={`${small} 320w, ${medium} 640w, ${large} 1280w`}
      sizes={sizes}
      alt=""
      loading={isFirst ? "eager" : "lazy"}
      decoding="async"
    />
  );
}

function DrawnPicture({ name }: { name: string }) {
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
