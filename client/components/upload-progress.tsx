type Props = {
  /** How much of the file is sent, from 0 to 1. */
  part: number;
  onCancel: () => void;
};

/** How much of a file is sent. Until all of it is, that can be ended. */
export function UploadProgress({ part, onCancel }: Props) {
  const percent = Math.floor(part * 100);
  return (
    <div className="upload">
      <progress max={100} value={percent} aria-label="Sent" />
      <span translate="no">{`${percent} %`}</span>
      {part < 1 && (
        <button type="button" className="button button-quiet" onClick={onCancel}>
          Cancel
        </button>
      )}
    </div>
  );
}
