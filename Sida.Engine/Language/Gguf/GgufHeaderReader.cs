using System.Buffers.Binary;
using System.Text;

namespace Sida.Engine.Language.Gguf;

/// <summary>Reads the parts of a GGUF header one after the other, within limits.</summary>
internal sealed class GgufHeaderReader(string path, Stream stream)
{
    private const uint Magic = 0x46554747; // "GGUF"
    private const uint SupportedVersion = 3;
    private const int MostTensors = 16_384;
    private const int MostValues = 1_024;
    private const int MostElements = 2_000_000;
    private const int LongestString = 1 << 20;
    private const int LongestTensorName = 63;
    private const long LongestHeader = 256L << 20;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; } = stream.Length;

    /// <summary>The error for this file at this place.</summary>
    public PackageException Broken(string what, Exception? inner = null) =>
        new($"{path}: {what} (byte {Position}). The file is damaged; import the checkpoint again.", inner);

    /// <summary>Magic, version and the two counts.</summary>
    public (int Tensors, int Values) Start()
    {
        if (UInt32() != Magic)
        {
            throw Broken("not a GGUF file");
        }

        uint version = UInt32();
        if (version != SupportedVersion)
        {
            throw Broken($"GGUF version {version} where {SupportedVersion} is expected");
        }

        ulong tensors = UInt64();
        ulong values = UInt64();
        return tensors <= MostTensors && values <= MostValues
            ? ((int)tensors, (int)values)
            : throw Broken($"{tensors} tensors and {values} metadata values; at most {MostTensors} and {MostValues} are allowed");
    }

    /// <summary>A key and its value.</summary>
    public (string Key, object Value) Value()
    {
        string key = Text("a metadata key");
        if (key.Length == 0)
        {
            throw Broken("a metadata key is empty");
        }

        GgufValueType type = (GgufValueType)UInt32();
        return (key, type == GgufValueType.Array ? Array(key) : Scalar(key, type));
    }

    /// <summary>The description of a tensor; its offset still counts from the start of the data.</summary>
    public GgufTensor Tensor()
    {
        string name = Text("a tensor name");
        if (name.Length == 0 || Utf8.GetByteCount(name) > LongestTensorName)
        {
            throw Broken($"a tensor name of {name.Length} characters");
        }

        uint rank = UInt32();
        if (rank is 0 or > 4)
        {
            throw Broken($"tensor {name} has {rank} dimensions");
        }

        long[] dimensions = new long[rank];
        long count = 1;
        for (int index = 0; index < dimensions.Length; index++)
        {
            ulong side = UInt64();
            if (side == 0 || side > long.MaxValue || count > long.MaxValue / 8 / (long)side)
            {
                throw Broken($"tensor {name} has a dimension of {side}");
            }

            dimensions[index] = (long)side;
            count *= (long)side;
        }

        GgmlType type = (GgmlType)UInt32();
        if (GgmlTypes.Block(type) is not (int numbers, int _))
        {
            throw Broken($"tensor {name} has the number format {(int)type}, which Sida doesn't use");
        }

        if (dimensions[0] % numbers != 0)
        {
            throw Broken($"tensor {name} has rows of {dimensions[0]} numbers, not a multiple of {numbers} as {type} needs");
        }

        ulong offset = UInt64();
        return offset <= (ulong)Length
            ? new GgufTensor(name, type, dimensions, (long)offset, checked(GgmlTypes.RowBytes(type, dimensions[0]) * (count / dimensions[0])))
            : throw Broken($"tensor {name} is at offset {offset}, beyond the end of the file");
    }

    private object Scalar(string key, GgufValueType type) => type switch
    {
        GgufValueType.UInt8 => Bytes(1)[0],
        GgufValueType.Int8 => (sbyte)Bytes(1)[0],
        GgufValueType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2)),
        GgufValueType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(Bytes(2)),
        GgufValueType.UInt32 => UInt32(),
        GgufValueType.Int32 => (int)UInt32(),
        GgufValueType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(Bytes(4)),
        GgufValueType.Bool => Bytes(1)[0] switch { 0 => false, 1 => true, byte other => throw Broken($"metadata {key} is a bool of value {other}") },
        GgufValueType.String => Text($"metadata {key}"),
        GgufValueType.UInt64 => UInt64(),
        GgufValueType.Int64 => (long)UInt64(),
        GgufValueType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(Bytes(8)),
        _ => throw Broken($"metadata {key} has the unknown type {(int)type}"),
    };

    private Array Array(string key)
    {
        GgufValueType type = (GgufValueType)UInt32();
        ulong declared = UInt64();

        // Every element takes at least a byte, so a count beyond the rest of the file is a lie.
        if (declared > MostElements || declared > (ulong)(Length - Position))
        {
            throw Broken($"metadata {key} is an array of {declared} elements");
        }

        int count = (int)declared;
        return type switch
        {
            GgufValueType.String => Fill(count, () => Text($"metadata {key}")),
            GgufValueType.Float32 => Fill(count, () => BinaryPrimitives.ReadSingleLittleEndian(Bytes(4))),
            GgufValueType.Int32 => Fill(count, () => (int)UInt32()),
            GgufValueType.UInt32 => Fill(count, UInt32),
            _ => throw Broken($"metadata {key} is an array of type {(int)type}, which Sida doesn't use"),
        };
    }

    private static T[] Fill<T>(int count, Func<T> read)
    {
        T[] values = new T[count];
        for (int index = 0; index < count; index++)
        {
            values[index] = read();
        }

        return values;
    }

    private string Text(string what)
    {
        ulong length = UInt64();
        if (length > LongestString)
        {
            throw Broken($"{what} is {length} bytes long");
        }

        try
        {
            return Utf8.GetString(Bytes((int)length));
        }
        catch (DecoderFallbackException error)
        {
            throw Broken($"{what} isn't UTF-8", error);
        }
    }

    private uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    private ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    private byte[] Bytes(int count)
    {
        if (count > Length - Position || Position + count > LongestHeader)
        {
            throw Broken($"the header ends early or is longer than {LongestHeader >> 20} MiB");
        }

        byte[] bytes = new byte[count];
        stream.ReadExactly(bytes);
        Position += count;
        return bytes;
    }
}
