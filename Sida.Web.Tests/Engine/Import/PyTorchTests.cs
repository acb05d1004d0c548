using Sida.Engine.Import.Checkpoints;
using Sida.Engine.Import.Checkpoints.PyTorch;

namespace Sida.Web.Tests.Engine.Import;

public sealed class PyTorchTests
{
    [Theory]
    [InlineData("sida-tiny")]
    [InlineData("clip-tiny")]
    public void The_published_layout_gives_the_bytes_of_its_safetensors_copy(string fixture)
    {
        using Checkpoint pickled = Checkpoint.Open(TestFixtures.Find(fixture));
        using Checkpoint copy = Checkpoint.Open(TestFixtures.Find(fixture + "-safetensors"));
        Assert.Equal(CheckpointFormat.PyTorch, pickled.Format);
        Assert.Equal(copy.Tensors.Keys.Order(StringComparer.Ordinal), pickled.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach (TensorInfo tensor in pickled.Tensors.Values)
        {
            TensorInfo other = copy.Tensors[tensor.Name];
            Assert.Equal((other.Type, string.Join(',', other.Shape)), (tensor.Type, string.Join(',', tensor.Shape)));
            byte[] bytes = new byte[tensor.ByteCount];
            byte[] otherBytes = new byte[tensor.ByteCount];
            pickled.CopyBytes(tensor.Name, 0, bytes);
            copy.CopyBytes(tensor.Name, 0, otherBytes);
            Assert.True(bytes.AsSpan().SequenceEqual(otherBytes), tensor.Name);
        }
    }

    [Fact]
    public void The_bundled_checkpoints_are_read()
    {
        using Checkpoint sida = Checkpoint.Open(TestFixtures.Find("sida-tiny"));
        Assert.Equal([1005L, 64L], sida.Tensors["model.embed_tokens.weight"].Shape);
        Assert.Equal(TensorType.BF16, sida.Tensors["model.embed_tokens.weight"].Type);
        Assert.All(sida.Tensors.Keys, name => Assert.All(sida.ReadFloats(name), value => Assert.True(float.IsFinite(value))));
        using Checkpoint clip = Checkpoint.Open(TestFixtures.Find("clip-tiny"));
        Assert.Equal([32L, 3L, 14L, 14L], clip.Tensors["vision_model.embeddings.patch_embedding.weight"].Shape);
    }

    [Fact]
    public void Safetensors_are_preferred_and_an_incomplete_set_is_passed_over()
    {
        using var folder = new TemporaryFolder();
        folder.Write("pytorch_model.bin", PickleBytes.Single([4], [1]).File());
        folder.Write("model.safetensors.index.json", SafetensorsBytes.Index(("a", "one.safetensors")));
        using (Checkpoint checkpoint = Checkpoint.Open(folder.Path))
        {
            Assert.Equal(CheckpointFormat.PyTorch, checkpoint.Format);
        }

        folder.Write("one.safetensors", SafetensorsBytes.Vectors("a"));
        using (Checkpoint checkpoint = Checkpoint.Open(folder.Path))
        {
            Assert.Equal(CheckpointFormat.Safetensors, checkpoint.Format);
        }
    }

    [Fact]
    public void A_zip64_archive_with_the_entries_of_newer_versions_is_read()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("x.bin", ZipBytes.Make(
            true,
            new ZipPart("x/data.pkl", PickleBytes.Single([2, 2], [2, 1]).Stop()),
            new ZipPart("x/.format_version", "1"u8.ToArray()),
            new ZipPart("x/.storage_alignment", "64"u8.ToArray()),
            new ZipPart("x/byteorder", "little"u8.ToArray()),
            new ZipPart("x/data/0", PickleBytes.Floats(4)),
            new ZipPart("x/version", "3\n"u8.ToArray()),
            new ZipPart("x/.data/serialization_id", "0123"u8.ToArray())));
        using PyTorchFile file = PyTorchFile.Open(path);
        Assert.Equal([0f, 1f, 2f, 3f], file.ReadFloats("w"));
    }

    [Fact]
    public void Ordered_dicts_with_metadata_parameters_and_protocol_4_are_read()
    {
        using var folder = new TemporaryFolder();
        PickleBytes pickle = new PickleBytes().Op(PickleOpcode.Proto, 4).Op(PickleOpcode.Frame, 1, 0, 0, 0, 0, 0, 0, 0)
            .Op(PickleOpcode.ShortBinUnicode, [11, .. "collections"u8]).Op(PickleOpcode.Memoize).Op(PickleOpcode.ShortBinUnicode, [11, .. "OrderedDict"u8]).Op(PickleOpcode.Memoize)
            .Op(PickleOpcode.StackGlobal).Op(PickleOpcode.Memoize).Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.Reduce).Op(PickleOpcode.Memoize)
            .Op(PickleOpcode.Mark)
            .Text("p").Global("torch._utils", "_rebuild_parameter").Op(PickleOpcode.Mark).Tensor([4], [1]).Op(PickleOpcode.NewTrue)
            .Op(PickleOpcode.BinGet, 2).Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.Reduce).Op(PickleOpcode.Tuple).Op(PickleOpcode.Reduce)
            .Text("view").Tensor([2], [1], offset: 1)
            .Op(PickleOpcode.SetItems)
            .Op(PickleOpcode.EmptyDict).Text("_metadata").Op(PickleOpcode.BinGet, 3).Op(PickleOpcode.SetItem)
            .Op(PickleOpcode.Build);
        using PyTorchFile file = PyTorchFile.Open(folder.Write("x.bin", pickle.File()));
        Assert.Equal([0f, 1f, 2f, 3f], file.ReadFloats("p"));
        Assert.Equal([1f, 2f], file.ReadFloats("view"));
    }

    [Theory]
    [InlineData(new long[] { 2, 3 }, new long[] { 1, 2 }, 0, new float[] { 0, 2, 4, 1, 3, 5 })] // transposed
    [InlineData(new long[] { 3, 2 }, new long[] { 4, 1 }, 1, new float[] { 1, 2, 5, 6, 9, 10 })] // columns 1 and 2 of a 3 x 4 matrix
    [InlineData(new long[] { 2, 2, 2 }, new long[] { 1, 6, 2 }, 0, new float[] { 0, 2, 6, 8, 1, 3, 7, 9 })] // permuted
    [InlineData(new long[] { 4 }, new long[] { 3 }, 2, new float[] { 2, 5, 8, 11 })]
    [InlineData(new long[] { 1, 12 }, new long[] { 999, 1 }, 0, new float[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 })] // a stride that is never walked
    [InlineData(new long[0], new long[0], 7, new float[] { 7 })]
    [InlineData(new long[] { 0, 5 }, new long[] { 5, 1 }, 12, new float[0])]
    public void Views_are_read_through_their_strides(long[] shape, long[] strides, long offset, float[] expected)
    {
        using var folder = new TemporaryFolder();
        byte[] archive = ZipBytes.Make(false,
            new ZipPart("x/data.pkl", PickleBytes.Single(shape, strides, offset, count: 12).Stop()), new ZipPart("x/data/0", PickleBytes.Floats(12)));
        using PyTorchFile file = PyTorchFile.Open(folder.Write("x.bin", archive));
        Assert.Equal(expected, file.ReadFloats("w"));
        for (int first = 0; first < expected.Length; first++)
        {
            float[] tail = new float[expected.Length - first];
            file.CopyFloats("w", first, tail);
            Assert.Equal(expected[first..], tail);
            file.CopyFloats("w", first, tail.AsSpan(0, 1));
            Assert.Equal(expected[first], tail[0]);
        }
    }
}
