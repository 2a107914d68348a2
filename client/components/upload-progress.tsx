/** How much of a file is sent: `part`, from 0 to 1. */
export function UploadProgress({ part }: { part: number }) {
  const percent = Math.floor(part * 100);
  return (
    <div className="upload">
      <progress max={100} value={percent} aria-label="Sent" />
      <span translate="no">{`${percent} %`}</span>
    </div>
  );
}
