using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Sida.Benchmarks.Checkpoints;

/// <summary>Writes one <c>pytorch_model-*.bin</c> of bf16 tensors: a zip of stored entries with a protocol-2 pickle, as torch.save does.</summary>
internal static class TorchShardWriter
{
    public static void Write(string path, IReadOnlyList<(string Name, long[] Shape)> tensors, RandomWeights weights)
    {
        using ZipArchive zip = new(File.Create(path), ZipArchiveMode.Create);
        using (Stream pickle = zip.CreateEntry("archive/data.pkl", CompressionLevel.NoCompression).Open())
        {
            pickle.Write(Pickle(tensors));
        }

        for (int index = 0; index < tensors.Count; index++)
        {
            using Stream data = zip.CreateEntry($"archive/data/{index}", CompressionLevel.NoCompression).Open();
            weights.Write(data, tensors[index].Name, tensors[index].Shape);
        }

        using Stream version = zip.CreateEntry("archive/version", CompressionLevel.NoCompression).Open();
        version.Write("3\n"u8);
    }

    private static byte[] Pickle(IReadOnlyList<(string Name, long[] Shape)> tensors)
    {
        using MemoryStream output = new();
        output.Write([0x80, 2]);
        EmptyOrderedDict(output);
        output.WriteByte((byte)'(');
        for (int index = 0; index < tensors.Count; index++)
        {
            Text(output, tensors[index].Name);
            Tensor(output, index, tensors[index].Shape);
        }

        output.Write("u."u8);
        return output.ToArray();
    }

    private static void Tensor(Stream output, int index, long[] shape)
    {
        output.Write("ctorch._utils\n_rebuild_tensor_v2\n(("u8);
        Text(output, "storage");
        output.Write("ctorch\nBFloat16Storage\n"u8);
        Text(output, $"{index}");
        Text(output, "cpu");
        Integer(output, RandomWeights.Count(shape));
        output.Write("tQ"u8);
        Integer(output, 0);
        Tuple(output, shape);
        Tuple(output, Strides(shape));
        output.WriteByte(0x89);
        EmptyOrderedDict(output);
        output.Write("tR"u8);
    }

    private static long[] Strides(long[] shape)
    {
        long[] strides = new long[shape.Length];
        long stride = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        return strides;
    }

    private static void EmptyOrderedDict(Stream output) => output.Write("ccollections\nOrderedDict\n)R"u8);

    private static void Text(Stream output, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> header = stackalloc byte[5];
        header[0] = (byte)'X';
        BinaryPrimitives.WriteInt32LittleEndian(header[1..], bytes.Length);
        output.Write(header);
        output.Write(bytes);
    }

    private static void Tuple(Stream output, long[] values)
    {
        output.WriteByte((byte)'(');
        foreach (long value in values)
        {
            Integer(output, value);
        }

        output.WriteByte((byte)'t');
    }

    private static void Integer(Stream output, long value)
    {
        Span<byte> bytes = stackalloc byte[5];
        bytes[0] = (byte)'J';
        BinaryPrimitives.WriteInt32LittleEndian(bytes[1..], checked((int)value));
        output.Write(bytes);
    }
}
