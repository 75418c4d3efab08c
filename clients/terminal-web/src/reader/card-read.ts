const T = /^;(\d{12,19})=\d{2}(0[1-9]|1[0-2])\d{3}\d*\?$/;
export function isTrack2(text: string): boolean {
  const pan = T.exec(text)?.[1];
  if (!pan) return false;
  let sum = 0;
  [...pan].reverse().forEach((d, i) => { let v = Number(d); if (i % 2) { v *= 2; if (v > 9) v -= 9; } sum += v; });
  return sum % 10 === 0;
}
