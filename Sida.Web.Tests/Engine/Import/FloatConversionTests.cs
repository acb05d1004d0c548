using System.Runtime.InteropServices;
using Sida.Engine;
using Sida.Engine.Import.Checkpoints;

namespace Sida.Web.Tests.Engine.Import;

public sealed class FloatConversionTests
{
    [Fact]
    public void Every_bfloat16_widens_to_the_single_with_the_same_upper_half()
    {
        ushort[] all = [.. Enumerable.Range(0, 65536).Select(i => (ushort)i)];
        float[] wide = new float[all.Length];
        FloatConversion.Widen(MemoryMarshal.AsBytes(all.AsSpan()), TensorType.BF16, wide);
        Assert.All(wide.Zip(all), pair => Assert.Equal((uint)pair.Second << 16, BitConverter.SingleToUInt32Bits(pair.First)));
    }

    [Fact]
    public void Every_half_widens_to_its_value()
    {
        ushort[] all = [.. Enumerable.Range(0, 65536).Select(i => (ushort)i)];
        float[] wide = new float[all.Length];
        FloatConversion.Widen(MemoryMarshal.AsBytes(all.AsSpan()), TensorType.F16, wide);
        Assert.All(wide.Zip(all), pair => Assert.Equal((float)BitConverter.UInt16BitsToHalf(pair.Second), pair.First));
    }

    [Theory]
    [InlineData(TensorType.F16)]
    [InlineData(TensorType.BF16)]
    public void Widening_and_narrowing_gives_the_same_bits(TensorType type)
    {
        // An odd count reaches the scalar tail too. NaN is left to the next test: it may become quiet.
        ushort[] all = [.. Enumerable.Range(0, 65535).Select(i => (ushort)i)];
        float[] wide = new float[all.Length];
        FloatConversion.Widen(MemoryMarshal.AsBytes(all.AsSpan()), type, wide);
        ushort[] back = new ushort[all.Length];
        FloatConversion.Narrow(wide, type, MemoryMarshal.AsBytes(back.AsSpan()));
        Assert.All(wide.Zip(all.Zip(back)).Where(row => !float.IsNaN(row.First)), row => Assert.Equal(row.Second.First, row.Second.Second));
    }

    [Theory]
    [InlineData(0x3F808000u, 0x3F80)] // tie to even, down
    [InlineData(0x3F818000u, 0x3F82)] // tie to even, up
    [InlineData(0x3F808001u, 0x3F81)]
    [InlineData(0x7F7FFFFFu, 0x7F80)] // rounds to infinity
    [InlineData(0x7F800000u, 0x7F80)]
    [InlineData(0x7FFFFFFFu, 0x7FFF)] // NaN whose rounding would carry into the sign
    [InlineData(0xFF800001u, 0xFFC0)] // NaN whose upper half alone would be infinity
    [InlineData(0x80000000u, 0x8000)]
    public void Bfloat16_rounds_to_nearest_even_and_keeps_nan(uint bits, int expected)
    {
        float[] numbers = Enumerable.Repeat(BitConverter.UInt32BitsToSingle(bits), 67).ToArray();
        ushort[] narrow = new ushort[numbers.Length];
        FloatConversion.Narrow(numbers, TensorType.BF16, MemoryMarshal.AsBytes(narrow.AsSpan()));
        Assert.All(narrow, value => Assert.Equal((ushort)expected, value));
    }

    [Fact]
    public void A_number_too_large_for_half_precision_is_named()
    {
        using var folder = new TemporaryFolder();
        byte[] data = MemoryMarshal.AsBytes<float>([1f, 65519f, float.PositiveInfinity, -65520f]).ToArray();
        folder.Write("model.safetensors", SafetensorsBytes.Make("{\"w\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", data));
        using Checkpoint checkpoint = Checkpoint.Open(folder.Path);
        byte[] half = new byte[6];
        checkpoint.CopyAs("w", TensorType.F16, 0, half);
        Assert.Equal([(Half)1f, (Half)65504f, Half.PositiveInfinity], MemoryMarshal.Cast<byte, Half>(half).ToArray());
        string message = Assert.Throws<CheckpointException>(() => checkpoint.CopyAs("w", TensorType.F16, 0, new byte[8])).Message;
        Assert.Equal("w: holds -65520, which F16 can't; import with precision bf16 or f32.", message);
    }
}
