using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sida.Engine.Imaging;

/// <summary>
/// Resizes as Pillow's Image.resize does, byte for byte: a horizontal pass rounded to 8 bits, then a vertical pass, both in
/// 32-bit fixed point. The models were trained on these pixels, so that a different rounding would be a different input.
/// Source: Pillow 9.4, src/libImaging/Resample.c (ImagingResample, 8 bits per channel).
/// </summary>
internal static class PillowResize
{
    private const int Channels = 3;
    private const int Half = 1 << (PillowKernel.PrecisionBits - 1);

    /// <summary>Resizes the whole picture.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1.</exception>
    public static RgbImage Resize(RgbImage image, int width, int height, ResampleFilter filter) =>
        Resize(image, width, height, filter, new PixelRectangle(0, 0, width, height));

    /// <summary>
    /// The pixels of <paramref name="window"/> of the picture resized to <paramref name="width"/> x <paramref name="height"/>:
    /// the same bytes as resizing all and cropping then, without the memory of an extreme aspect ratio.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1 or the window leaves the resized picture.</exception>
    public static RgbImage Resize(RgbImage image, int width, int height, ResampleFilter filter, PixelRectangle window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(window.X);
        ArgumentOutOfRangeException.ThrowIfNegative(window.Y);
        ArgumentOutOfRangeException.ThrowIfLessThan(window.Width, 1, nameof(window));
        ArgumentOutOfRangeException.ThrowIfLessThan(window.Height, 1, nameof(window));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)window.X + window.Width, width, nameof(window));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)window.Y + window.Height, height, nameof(window));
        PillowKernel? vertical = height == image.Height ? null : new PillowKernel(image.Height, height, filter, window.Y, window.Height);
        int firstRow = vertical?.InputStart ?? window.Y;
        int endRow = vertical?.InputEnd ?? window.Y + window.Height;
        byte[] rows = width == image.Width
            ? CopyColumns(image, firstRow, endRow, window)
            : ResampleRows(image, firstRow, endRow, new PillowKernel(image.Width, width, filter, window.X, window.Width), window.Width);
        return new RgbImage(window.Width, window.Height, vertical is null ? rows : ResampleColumns(rows, firstRow, vertical, window));
    }

    private static byte[] CopyColumns(RgbImage image, int firstRow, int endRow, PixelRectangle window)
    {
        int stride = window.Width * Channels;
        byte[] copy = GC.AllocateUninitializedArray<byte>(checked((endRow - firstRow) * stride));
        for (int y = firstRow; y < endRow; y++)
        {
            image.Pixels.AsSpan(((y * image.Width) + window.X) * Channels, stride).CopyTo(copy.AsSpan((y - firstRow) * stride));
        }

        return copy;
    }

    private static byte[] ResampleRows(RgbImage image, int firstRow, int endRow, PillowKernel kernel, int width)
    {
        int inputStride = image.Width * Channels;
        int outputStride = width * Channels;
        byte[] output = GC.AllocateUninitializedArray<byte>(checked((endRow - firstRow) * outputStride));
        for (int y = firstRow; y < endRow; y += 2)
        {
            int below = Math.Min(y + 1, endRow - 1);
            ResampleTwoRows(
                Row(image, y),
                Row(image, below),
                output.AsSpan((y - firstRow) * outputStride, outputStride),
                output.AsSpan((below - firstRow) * outputStride, outputStride),
                kernel);
        }

        return output;

        ReadOnlySpan<byte> Row(RgbImage image, int y)
        {
            ReadOnlySpan<byte> row = image.Pixels.AsSpan(y * inputStride);
            if (y < image.Height - 1)
            {
                return row[..(inputStride + 1)];
            }

            // A pixel is read as four bytes: the very last one needs a byte to read beyond.
            byte[] padded = new byte[inputStride + 1];
            row.CopyTo(padded);
            return padded;
        }
    }

    /// <summary>One output row each from two input rows, which share the weights: four lanes (R, G, B and an ignored byte) a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ResampleTwoRows(
        ReadOnlySpan<byte> input, ReadOnlySpan<byte> inputBelow, Span<byte> output, Span<byte> outputBelow, PillowKernel kernel)
    {
        for (int x = 0; x < output.Length / Channels; x++)
        {
            ReadOnlySpan<int> weights = kernel.Weights(x);
            int from = kernel.First(x) * Channels;
            ref byte pixel = ref MemoryMarshal.GetReference(input.Slice(from, (weights.Length * Channels) + 1));
            ref byte pixelBelow = ref MemoryMarshal.GetReference(inputBelow.Slice(from, (weights.Length * Channels) + 1));
            Vector256<int> sum = Vector256.Create(Half);
            for (int tap = 0; tap < weights.Length; tap++)
            {
                Vector128<byte> bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref pixel))
                    .WithElement(1, Unsafe.ReadUnaligned<uint>(ref pixelBelow)).AsByte();
                Vector256<uint> lanes = Vector256.WidenLower(Vector256.WidenLower(bytes.ToVector256Unsafe()));
                sum += lanes.AsInt32() * Vector256.Create(weights[tap]);
                pixel = ref Unsafe.Add(ref pixel, Channels);
                pixelBelow = ref Unsafe.Add(ref pixelBelow, Channels);
            }

            sum = Vector256.Clamp(sum >> PillowKernel.PrecisionBits, Vector256<int>.Zero, Vector256.Create(255));
            Store(sum.GetLower(), output.Slice(x * Channels, Channels));
            Store(sum.GetUpper(), outputBelow.Slice(x * Channels, Channels));
        }
    }

    private static void Store(Vector128<int> pixel, Span<byte> output)
    {
        output[2] = (byte)pixel.GetElement(2);
        output[1] = (byte)pixel.GetElement(1);
        output[0] = (byte)pixel.GetElement(0);
    }

    private static byte[] ResampleColumns(byte[] rows, int firstRow, PillowKernel kernel, PixelRectangle window)
    {
        int stride = window.Width * Channels;
        byte[] output = GC.AllocateUninitializedArray<byte>(checked(window.Height * stride));
        for (int y = 0; y < window.Height; y++)
        {
            ReadOnlySpan<int> weights = kernel.Weights(y);
            ReadOnlySpan<byte> input = rows.AsSpan((kernel.First(y) - firstRow) * stride, weights.Length * stride);
            Blend(input, weights, output.AsSpan(y * stride, stride));
        }

        return output;
    }

    /// <summary>Weighted sum of whole rows: output[i] = clip8(sum over taps of weights[tap] * input[tap * stride + i]).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blend(ReadOnlySpan<byte> input, ReadOnlySpan<int> weights, Span<byte> output)
    {
        int at = 0;
        for (; at <= output.Length - Vector256<byte>.Count; at += Vector256<byte>.Count)
        {
            Vector256<int> sum0 = Vector256.Create(Half), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            for (int tap = 0; tap < weights.Length; tap++)
            {
                Vector256<byte> bytes = Vector256.Create(input.Slice((tap * output.Length) + at, Vector256<byte>.Count));
                Vector256<int> weight = Vector256.Create(weights[tap]);
                (Vector256<ushort> low, Vector256<ushort> high) = Vector256.Widen(bytes);
                sum0 += Vector256.WidenLower(low).AsInt32() * weight;
                sum1 += Vector256.WidenUpper(low).AsInt32() * weight;
                sum2 += Vector256.WidenLower(high).AsInt32() * weight;
                sum3 += Vector256.WidenUpper(high).AsInt32() * weight;
            }

            Vector256.Narrow(Vector256.Narrow(Clip8(sum0), Clip8(sum1)), Vector256.Narrow(Clip8(sum2), Clip8(sum3))).CopyTo(output[at..]);
        }

        for (; at < output.Length; at++)
        {
            int sum = Half;
            for (int tap = 0; tap < weights.Length; tap++)
            {
                sum += weights[tap] * input[(tap * output.Length) + at];
            }

            output[at] = (byte)Math.Clamp(sum >> PillowKernel.PrecisionBits, 0, 255);
        }
    }

    private static Vector256<uint> Clip8(Vector256<int> sum) =>
        Vector256.Clamp(sum >> PillowKernel.PrecisionBits, Vector256<int>.Zero, Vector256.Create(255)).AsUInt32();
}
