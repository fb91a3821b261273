// Sounds as the network takes them.

const LONG = 2;  // times the model's length beyond which a sound is heard in windows
const OVERLAP = 0.5;  // of windows that follow one another

/** One channel of a sound, its samples those of all channels on average. */
function mono(buffer) {
  const channels = Array.from({length: buffer.numberOfChannels}, (_, at) => buffer.getChannelData(at));
  return Float32Array.from({length: buffer.length}, (_, at) =>
    channels.reduce((sum, channel) => sum + channel[at], 0) / channels.length,
  );
}

/** What a clip shows of a sound, with silence around a shorter one. */
function fitted(samples, {samples: count, fit}) {
  const spare = count - samples.length;
  const before = fit === "centre" ? Math.floor(Math.abs(spare) / 2) : 0;
  if (spare <= 0) return samples.slice(before, before + count);
  const clip = new Float32Array(count);
  clip.set(samples, before);
  return clip;
}

/** The windows of a long sound, the last one with silence behind it. */
function windows(samples, {samples: count}) {
  const hop = Math.max(1, Math.round(count * (1 - OVERLAP)));
  const number = 1 + Math.max(0, Math.ceil((samples.length - count) / hop));
  return Array.from({length: number}, (_, at) => {
    const part = new Float32Array(count);
    part.set(samples.slice(at * hop, at * hop + count));
    return part;
  });
}

/** A reader of sounds; `spec` is `preprocessing`. */
export async function soundReader(spec) {
  return {
    /** Files → values of the one input, and of a long sound `parts`, whose answers are averaged. */
    async read(blob) {
      const context = new OfflineAudioContext(1, 1, spec.rate);
      let samples;
      try {
        samples = mono(await context.decodeAudioData(await blob.arrayBuffer()));
      } catch (error) {
        throw new Error("This is no sound that the browser can read: choose a WAV or MP3 file.", {
          cause: error,
        });
      }
      const isLong = samples.length > LONG * spec.samples;
      const parts = isLong ? windows(samples, spec) : [fitted(samples, spec)];
      return {value: parts[0], parts, readsWhole: true};
    },
  };
}
