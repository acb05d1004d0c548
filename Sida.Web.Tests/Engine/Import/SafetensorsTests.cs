using System.Runtime.InteropServices;
using Sida.Engine;
using Sida.Engine.Import;
using Sida.Engine.Import.Checkpoints;
using Sida.Engine.Import.Checkpoints.Safetensors;
using Sida.Engine.Import.Onnx;

namespace Sida.Web.Tests.Engine.Import;

public sealed class SafetensorsTests
{
    [Fact]
    public void Tensors_scalars_and_empty_tensors_are_read()
    {
        using var folder = new TemporaryFolder();
        string header = "{\"__metadata__\":{\"format\":\"pt\"},\"b\":{\"shape\":[2,1],\"data_offsets\":[2,6],\"dtype\":\"F16\"}," +
            "\"a\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[0,2]},\"none\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[6,6]}}   ";
        string path = folder.Write("x.safetensors", SafetensorsBytes.Make(header, [0x80, 0x3F, 0x00, 0x3C, 0x00, 0xC0]));
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal([1f], file.ReadFloats("a"));
        Assert.Equal([1f, -2f], file.ReadFloats("b"));
        Assert.Empty(file.ReadFloats("none"));
        Assert.Equal([2L, 1L], file.Tensors["b"].Shape);
        byte[] second = new byte[2];
        file.CopyBytes("b", 2, second);
        Assert.Equal([0x00, 0xC0], second);
    }

    [Fact]
    public void Reading_outside_a_tensor_is_refused()
    {
        using var folder = new TemporaryFolder();
        using SafetensorsFile file = SafetensorsFile.Open(folder.Write("x.safetensors", SafetensorsBytes.Vectors("a", "b")));
        Assert.Throws<CheckpointException>(() => file.CopyBytes("a", 1, new byte[16]));
        Assert.Throws<CheckpointException>(() => file.CopyBytes("a", -1, new byte[1]));
        Assert.Throws<CheckpointException>(() => file.CopyBytes("c", 0, new byte[1]));
        Assert.Throws<CheckpointException>(() => file.CopyFloats("b", 4, new float[1]));
    }

    [Fact]
    public void A_file_cut_while_it_is_open_is_an_error_not_a_crash()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("x.safetensors", SafetensorsBytes.Vectors("a", "b"));
        using SafetensorsFile file = SafetensorsFile.Open(path);
        using (var handle = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            handle.SetLength(20);
        }

        Assert.Contains("shortened", Assert.Throws<CheckpointException>(() => file.ReadFloats("b")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN, VisionPrecision.F32, "infinity or NaN")]
    [InlineData(float.NegativeInfinity, VisionPrecision.F16, "infinity or NaN")]
    [InlineData(70_000f, VisionPrecision.F16, "holds 70000, which F16 can't")]
    [InlineData(70_000f, VisionPrecision.F32, null)]
    public void Weights_of_the_vision_parts_are_finite_in_the_precision_asked_for(float value, VisionPrecision precision, string? expected)
    {
        using var folder = new TemporaryFolder();
        float[] values = [1, value, 2];
        byte[] bytes = SafetensorsBytes.Make("{\"w\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}", MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        using SafetensorsFile file = SafetensorsFile.Open(folder.Write("x.safetensors", bytes));
        CheckpointBytes weights = new(file, file.Tensors["w"], precision == VisionPrecision.F16 ? OnnxElement.Float16 : OnnxElement.Float, 0, 3);
        using MemoryStream written = new();
        if (expected is null)
        {
            weights.WriteTo(written, TestContext.Current.CancellationToken);
            Assert.Equal(12, written.Length);
            return;
        }

        CheckpointException error = Assert.Throws<CheckpointException>(() => weights.WriteTo(written, TestContext.Current.CancellationToken));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sida-tiny-safetensors")]
    [InlineData("clip-tiny-safetensors")]
    public void The_published_layout_is_read(string fixture)
    {
        using Checkpoint checkpoint = Checkpoint.Open(TestFixtures.Find(fixture));
        Assert.Equal(CheckpointFormat.Safetensors, checkpoint.Format);
        Assert.All(checkpoint.Tensors.Values.Where(tensor => FloatConversion.IsFloat(tensor.Type)), tensor =>
            Assert.All(checkpoint.ReadFloats(tensor.Name), value => Assert.True(float.IsFinite(value))));
    }

    [Fact]
    public void Streaming_a_tensor_larger_than_a_chunk_equals_converting_it_at_once()
    {
        using var folder = new TemporaryFolder();
        int count = (2 * TensorReading.ChunkElements) + 37;
        ushort[] bits = new ushort[count];
        new Random(5).NextBytes(MemoryMarshal.AsBytes(bits.AsSpan()));
        string header = $"{{\"w\":{{\"dtype\":\"BF16\",\"shape\":[{count}],\"data_offsets\":[0,{count * 2}]}}}}";
        string path = folder.Write("x.safetensors", SafetensorsBytes.Make(header, MemoryMarshal.AsBytes(bits.AsSpan()).ToArray()));
        using SafetensorsFile file = SafetensorsFile.Open(path);
        using var wide = new MemoryStream();
        file.WriteAs("w", TensorType.F32, wide, TestContext.Current.CancellationToken);
        Assert.True(MemoryMarshal.AsBytes(file.ReadFloats("w").AsSpan()).SequenceEqual(wide.ToArray()));
        using var same = new MemoryStream();
        file.WriteAs("w", TensorType.BF16, same, TestContext.Current.CancellationToken);
        Assert.True(MemoryMarshal.AsBytes(bits.AsSpan()).SequenceEqual(same.ToArray()));
    }
}
