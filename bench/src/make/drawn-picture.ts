import sharp, { type Sharp } from 'sharp';

/** A square PNG with large soft forms and a fine grain: it decodes and encodes like a painted picture. */
export async function drawnPicture(side: number): Promise<Buffer> {
  const noise = (size: number, sigma: number): Sharp =>
    sharp({
      create: {
        width: size,
        height: size,
        channels: 3,
        background: '#808080',
        noise: { type: 'gaussian', mean: 128, sigma },
      },
    });
  const forms = await noise(48, 70).resize(side, side, { kernel: 'cubic' }).png().toBuffer();
  const grain = await noise(side, 24).blur(0.8).png().toBuffer();
  return sharp(forms)
    .composite([{ input: grain, blend: 'soft-light' }])
    .png()
    .toBuffer();
}
