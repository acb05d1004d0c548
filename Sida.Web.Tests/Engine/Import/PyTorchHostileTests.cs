using Sida.Engine;
using Sida.Engine.Import.Checkpoints.PyTorch;

namespace Sida.Web.Tests.Engine.Import;

public sealed class PyTorchHostileTests
{
    private static readonly byte[] Good = PickleBytes.Single([4], [1]).Stop();

    public static TheoryData<string, byte[]> MaliciousPickles => new()
    {
        { "'os.system'", PickleBytes.Start.Global("os", "system").Text("echo owned").Op(PickleOpcode.Tuple1).Op(PickleOpcode.Reduce).Stop() },
        { "'posix.system'", PickleBytes.Start.Global("posix", "system").Text("echo owned").Op(PickleOpcode.Tuple1).Op(PickleOpcode.Reduce).Stop() },
        { "'builtins.eval'", PickleBytes.Start.Global("builtins", "eval").Text("1").Op(PickleOpcode.Tuple1).Op(PickleOpcode.Reduce).Stop() },
        { "'torch.load'", PickleBytes.Start.Global("torch", "load").Stop() },
        { "'torch.storage._load_from_bytes'", PickleBytes.Start.Global("torch.storage", "_load_from_bytes").Stop() },
        { "'torch._utils._rebuild_tensor_v2.__globals__'", PickleBytes.Start.Global("torch._utils", "_rebuild_tensor_v2.__globals__").Stop() },
        { "'torch.FloatStorage?'", PickleBytes.Start.Global("torch", "FloatStorage\r").Stop() },
        { "'os.system'", PickleBytes.Start.Text("os").Text("system").Op(PickleOpcode.StackGlobal).Stop() },
        { "no text", PickleBytes.Start.Number(1).Number(2).Op(PickleOpcode.StackGlobal).Stop() },
        { "INST", PickleBytes.Start.Op(PickleOpcode.Mark).Text("echo owned").Op(PickleOpcode.Inst, "os\nsystem\n"u8.ToArray()).Stop() },
        { "OBJ", PickleBytes.Start.Op(PickleOpcode.Mark).Global("collections", "OrderedDict").Op(PickleOpcode.Obj).Stop() },
        { "NEWOBJ", PickleBytes.Start.Global("collections", "OrderedDict").Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.NewObj).Stop() },
        { "NEWOBJEX", PickleBytes.Start.Global("collections", "OrderedDict").Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.EmptyDict).Op(PickleOpcode.NewObjEx).Stop() },
        { "EXT1", PickleBytes.Start.Op(PickleOpcode.Ext1, 1).Stop() },
        { "EXT2", PickleBytes.Start.Op(PickleOpcode.Ext2, 1, 0).Stop() },
        { "EXT4", PickleBytes.Start.Op(PickleOpcode.Ext4, 1, 0, 0, 0).Stop() },
        { "PERSID", PickleBytes.Start.Op(PickleOpcode.PersId, "0\n"u8.ToArray()).Stop() },
        { "BUILD", PickleBytes.Start.Global("torch._utils", "_rebuild_tensor_v2").Op(PickleOpcode.EmptyDict).Op(PickleOpcode.Build).Stop() },
        { "BUILD", PickleBytes.Start.Op(PickleOpcode.EmptyDict).Op(PickleOpcode.None).Op(PickleOpcode.EmptyDict).Op(PickleOpcode.Tuple2).Op(PickleOpcode.Build).Stop() },
        { "0xFF", PickleBytes.Start.Op((PickleOpcode)0xFF).Stop() },
        { "no function", PickleBytes.Start.Global("torch", "FloatStorage").Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.Reduce).Stop() },
        { "no function", PickleBytes.Start.Text("eval").Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.Reduce).Stop() },
        { "OrderedDict arguments", PickleBytes.Start.Global("collections", "OrderedDict").Number(1).Op(PickleOpcode.Tuple1).Op(PickleOpcode.Reduce).Stop() },
        { "_rebuild_tensor_v2 arguments", PickleBytes.Start.Global("torch._utils", "_rebuild_tensor_v2").Number(1).Op(PickleOpcode.Tuple1).Op(PickleOpcode.Reduce).Stop() },
        { "no storage", PickleBytes.Start.Text("storage").Op(PickleOpcode.BinPersId).Stop() },
        { "no storage", PickleBytes.Start.Storage("0", "FloatStorage", -1).Stop() },
        { "protocol 1", new PickleBytes().Op(PickleOpcode.Proto, 1).Op(PickleOpcode.EmptyDict).Stop() },
        { "protocol 6", new PickleBytes().Op(PickleOpcode.Proto, 6).Op(PickleOpcode.EmptyDict).Stop() },
        { "never stored", PickleBytes.Start.Op(PickleOpcode.BinGet, 1).Stop() },
        { "there is none", PickleBytes.Start.Op(PickleOpcode.BinPut, 1).Stop() },
        { "there is none", PickleBytes.Start.Number(1).Op(PickleOpcode.Mark).Op(PickleOpcode.Tuple1).Stop() },
        { "never began", PickleBytes.Start.Op(PickleOpcode.Tuple).Stop() },
        { "no dict", PickleBytes.Start.Number(1).Number(1).Number(1).Op(PickleOpcode.SetItem).Stop() },
        { "no dict", PickleBytes.Start.Op(PickleOpcode.EmptyDict).Op(PickleOpcode.Mark).Number(1).Op(PickleOpcode.SetItems).Stop() },
        { "no list", PickleBytes.Start.Number(1).Number(1).Op(PickleOpcode.Append).Stop() },
        { "number of 9 bytes", PickleBytes.Start.Op(PickleOpcode.Long1, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1).Stop() },
        { "isn't UTF-8", PickleBytes.Start.Op(PickleOpcode.ShortBinUnicode, 1, 0xFF).Stop() },
        { "text of", PickleBytes.Start.Op(PickleOpcode.BinUnicode, 0xFF, 0xFF, 0xFF, 0xFF).Stop() },
        { "middle of a value", PickleBytes.Start.Op(PickleOpcode.BinUnicode8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF).Stop() },
        { "middle of a value", PickleBytes.Start.Op(PickleOpcode.Global, "torch"u8.ToArray()).Stop() },
        { "too early or too late", PickleBytes.Start.Stop() },
        { "too early or too late", PickleBytes.Start.Number(1).Number(2).Stop() },
        { "too early or too late", [.. Good, (byte)PickleOpcode.Stop] },
        { "too early or too late", PickleBytes.Start.Op(PickleOpcode.EmptyDict).Op(PickleOpcode.Mark).Stop() },
        { "state dict", PickleBytes.Start.Number(1).Stop() },
        { "entry 'epoch' is no tensor", PickleBytes.Start.Op(PickleOpcode.EmptyDict).Text("epoch").Number(1).Op(PickleOpcode.SetItem).Stop() },
        { "without a name", PickleBytes.Start.Op(PickleOpcode.EmptyDict).Number(1).Tensor([4], [1]).Op(PickleOpcode.SetItem).Stop() },
        { "'w' twice", PickleBytes.Single([4], [1]).Text("w").Tensor([4], [1]).Op(PickleOpcode.SetItem).Stop() },
    };

    public static TheoryData<string, byte[]> AbsurdTensors => new()
    {
        { "impossible shape", PickleBytes.Single([1L << 62], [1]).Stop() },
        { "impossible shape", PickleBytes.Single([-4], [1]).Stop() },
        { "impossible shape", PickleBytes.Single([1L << 39, 1L << 39], [1, 1]).Stop() },
        { "arguments", PickleBytes.Single([1, 1, 1, 1, 1, 1, 1, 1, 4], [4, 4, 4, 4, 4, 4, 4, 4, 1]).Stop() },
        { "impossible strides", PickleBytes.Single([4], [1, 1]).Stop() },
        { "impossible strides", PickleBytes.Single([4], [-1]).Stop() },
        { "impossible strides", PickleBytes.Single([4], [long.MaxValue]).Stop() },
        { "impossible strides", PickleBytes.Single([4], [1], offset: -1).Stop() },
        { "impossible strides", PickleBytes.Single([4], [1], offset: long.MaxValue).Stop() },
        { "past its storage", PickleBytes.Single([4], [1], offset: 1).Stop() },
        { "past its storage", PickleBytes.Single([2, 2], [1L << 45, 1L << 45]).Stop() },
        { "past its storage", PickleBytes.Single([5], [1]).Stop() },
        { "repeats", PickleBytes.Single([1L << 32], [0]).Stop() },
        { "16 bytes", PickleBytes.Single([4], [1], count: 5).Stop() },
        { "16 bytes", PickleBytes.Single([4], [1], count: long.MaxValue).Stop() },
        { "16 bytes", PickleBytes.Single([4], [1], type: "HalfStorage").Stop() },
        { "archive lacks", PickleBytes.Single([4], [1], key: "1").Stop() },
        { "archive lacks", PickleBytes.Single([4], [1], key: "../version").Stop() },
    };

    [Theory]
    [MemberData(nameof(MaliciousPickles), DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(AbsurdTensors), DisableDiscoveryEnumeration = true)]
    public void A_hostile_pickle_is_refused_with_its_reason(string reason, byte[] pickle)
    {
        string message = Refusal(PickleBytes.FileOf(pickle));
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.StartsWith("pytorch_model.bin: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_dict_that_holds_itself_is_refused()
    {
        byte[] pickle = PickleBytes.Start.Op(PickleOpcode.EmptyDict).Op(PickleOpcode.BinPut, 0).Text("self").Op(PickleOpcode.BinGet, 0).Op(PickleOpcode.SetItem).Stop();
        Assert.Contains("'self' is no tensor", Refusal(PickleBytes.FileOf(pickle)), StringComparison.Ordinal);
    }

    [Fact]
    public void Endless_work_and_depth_are_refused()
    {
        PickleBytes values = PickleBytes.Start;
        PickleBytes marks = PickleBytes.Start;
        for (int i = 0; i < 200_000; i++)
        {
            values.Op(PickleOpcode.None);
            marks.Op(PickleOpcode.Mark);
        }

        byte[] frames = new byte[2 * (PickleMachine.MaxOperations + 1)];
        for (int i = 0; i < frames.Length; i += 2)
        {
            (frames[i], frames[i + 1]) = ((byte)PickleOpcode.Proto, 2);
        }

        Assert.Contains("piles up", Refusal(PickleBytes.FileOf(values.Stop())), StringComparison.Ordinal);
        Assert.Contains("nests more", Refusal(PickleBytes.FileOf(marks.Stop())), StringComparison.Ordinal);
        Assert.Contains("operations", Refusal(PickleBytes.FileOf(frames)), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_formats_are_named()
    {
        Assert.Contains("before 1.6", Refusal([0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20]), StringComparison.Ordinal);
        Assert.Contains("git lfs pull", Refusal("version https://git-lfs.github.com/spec/v1\n"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("isn't a PyTorch file", Refusal("<!DOCTYPE html>"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("is empty", Refusal([]), StringComparison.Ordinal);
        Assert.Contains("TorchScript", Refusal(PickleBytes.FileOf(Good, new ZipPart("archive/constants.pkl", []))), StringComparison.Ordinal);
        Assert.Contains("big-endian", Refusal(PickleBytes.FileOf(Good, new ZipPart("archive/byteorder", "big"u8.ToArray()))), StringComparison.Ordinal);
    }

    internal static string Refusal(byte[] content)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("pytorch_model.bin", content);
        return Assert.Throws<CheckpointException>(() => PyTorchFile.Open(path)).Message;
    }
}
