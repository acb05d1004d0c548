using Sida.Engine.Imaging;
using Sida.Engine.Imaging.Interop;

namespace Sida.Web.Tests.Engine.Imaging;

/// <summary>WebP files put together from lossless ones.</summary>
internal static class WebPFile
{
    private const byte HasAnimation = 0x02;
    private const byte HasExif = 0x08;

    public static byte[] Lossless(RgbImage image) =>
        VipsSaver.Save("webpsave_buffer", image.Pixels, image.Width, image.Height, 3, ("lossless", "true"), ("effort", "0"));

    public static byte[] WithOrientation(RgbImage image, int orientation) =>
        Riff(Extended(image, HasExif), Bitstream(image), Chunk("EXIF"u8, ExifBlock.WithOrientation(orientation)));

    public static byte[] Animated(params RgbImage[] frames) => Riff(
        [
            Extended(frames[0], HasAnimation),
            Chunk("ANIM"u8, [0, 0, 0, 0, 0, 0]),
            .. frames.Select(frame => Chunk(
                "ANMF"u8, [0, 0, 0, 0, 0, 0, .. Number24(frame.Width - 1), .. Number24(frame.Height - 1), .. Number24(100), 0, .. Bitstream(frame)])),
        ]);

    private static byte[] Extended(RgbImage image, byte flags) =>
        Chunk("VP8X"u8, [flags, 0, 0, 0, .. Number24(image.Width - 1), .. Number24(image.Height - 1)]);

    /// <summary>The VP8L chunk of a simple file.</summary>
    private static byte[] Bitstream(RgbImage image)
    {
        byte[] file = Lossless(image);
        int at = file.AsSpan().IndexOf("VP8L"u8);
        int length = BitConverter.ToInt32(file, at + 4);
        return file[at..(at + 8 + length + (length & 1))];
    }

    private static byte[] Riff(params byte[][] chunks)
    {
        byte[] body = [.. "WEBP"u8, .. chunks.SelectMany(chunk => chunk)];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length), .. body];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] body) =>
        [.. name, .. BitConverter.GetBytes(body.Length), .. body, .. new byte[body.Length & 1]];

    private static byte[] Number24(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];
}
