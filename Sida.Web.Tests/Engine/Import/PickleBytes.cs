using System.Buffers.Binary;
using System.Text;
using Sida.Engine.Import.Checkpoints.PyTorch;

namespace Sida.Web.Tests.Engine.Import;

/// <summary>Writes pickles opcode by opcode, and the PyTorch files around them.</summary>
internal sealed class PickleBytes
{
    private readonly List<byte> _bytes = [];

    public static PickleBytes Start => new PickleBytes().Op(PickleOpcode.Proto, 2);

    public PickleBytes Op(PickleOpcode opcode, params byte[] argument)
    {
        _bytes.Add((byte)opcode);
        _bytes.AddRange(argument);
        return this;
    }

    public PickleBytes Global(string module, string name) => Op(PickleOpcode.Global, Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public PickleBytes Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Op(PickleOpcode.BinUnicode, BitConverter.GetBytes(utf8.Length));
        _bytes.AddRange(utf8);
        return this;
    }

    public PickleBytes Number(long number)
    {
        byte[] bytes = new byte[9];
        bytes[0] = 8;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), number);
        return Op(PickleOpcode.Long1, bytes);
    }

    public PickleBytes Numbers(params long[] numbers)
    {
        Op(PickleOpcode.Mark);
        foreach (long number in numbers)
        {
            Number(number);
        }

        return Op(PickleOpcode.Tuple);
    }

    public PickleBytes Storage(string key, string type, long count) => Op(PickleOpcode.Mark).Text("storage").Global("torch", type).Text(key).Text("cpu")
        .Number(count).Op(PickleOpcode.Tuple).Op(PickleOpcode.BinPersId);

    /// <summary>A tensor of storage "0" with four floats, unless said otherwise.</summary>
    public PickleBytes Tensor(long[] shape, long[] strides, long offset = 0, string key = "0", string type = "FloatStorage", long count = 4) =>
        Global("torch._utils", "_rebuild_tensor_v2").Op(PickleOpcode.Mark).Storage(key, type, count).Number(offset).Numbers(shape).Numbers(strides)
        .Op(PickleOpcode.NewFalse).Global("collections", "OrderedDict").Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.Reduce).Op(PickleOpcode.Tuple)
        .Op(PickleOpcode.Reduce);

    /// <summary>A state dict of one tensor "w".</summary>
    public static PickleBytes Single(long[] shape, long[] strides, long offset = 0, string key = "0", string type = "FloatStorage", long count = 4) =>
        Start.Op(PickleOpcode.EmptyDict).Text("w").Tensor(shape, strides, offset, key, type, count).Op(PickleOpcode.SetItem);

    /// <summary>The pickle, ended with STOP.</summary>
    public byte[] Stop() => Op(PickleOpcode.Stop)._bytes.ToArray();

    /// <summary>A PyTorch file with this pickle and the floats 0, 1, 2, 3 as storage "0".</summary>
    public byte[] File() => FileOf(Stop());

    public static byte[] FileOf(byte[] pickle, params ZipPart[] more) => ZipBytes.Make(
        false, [new("archive/data.pkl", pickle), new("archive/version", "3\n"u8.ToArray()), new("archive/data/0", Floats(4)), .. more]);

    public static byte[] Floats(int count)
    {
        byte[] bytes = new byte[count * 4];
        for (int i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * 4), i);
        }

        return bytes;
    }
}
