// How loud each side of a recording is: every 100 ms a byte a side, 0 at -60 dB and below, 255 at full (docs/telephone.md, "Recordings").
const byte = (sum, count) => {
  const decibels = 10 * Math.log10(Math.max(sum / count, 1e-12));
  return Math.round(Math.min(Math.max((decibels + 60) / 60, 0), 1) * 255);
};

class Meter extends AudioWorkletProcessor {
  constructor() {
    super();
    this.sums = [0, 0];
    this.count = 0;
  }

  process([sides]) {
    const length = sides[0]?.length ?? 128;
    for (let side = 0; side < 2; side += 1) {
      for (const sample of sides[side] ?? []) this.sums[side] += sample * sample;
    }
    this.count += length;
    if (this.count >= sampleRate / 10) {
      this.port.postMessage(this.sums.map((sum) => byte(sum, this.count)));
      this.sums = [0, 0];
      this.count = 0;
    }
    return true;
  }
}
registerProcessor("meter", Meter);
