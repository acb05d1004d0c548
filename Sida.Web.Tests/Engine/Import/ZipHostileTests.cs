using System.Buffers.Binary;
using System.IO.Compression;
using Sida.Engine.Import.Checkpoints.PyTorch;

namespace Sida.Web.Tests.Engine.Import;

public sealed class ZipHostileTests
{
    private static readonly byte[] Good = PickleBytes.Single([4], [1]).Stop();

    private static readonly ZipPart Numbers = new("archive/data/0", PickleBytes.Floats(4));

    public static TheoryData<string, byte[]> LyingArchives
    {
        get
        {
            var pickle = new ZipPart("archive/data.pkl", Good);
            byte[] prefixed = [.. "PK\x03\x04"u8, .. ZipBytes.Make(false, pickle, Numbers)];
            byte[] disagreeing = ZipBytes.Make(true, pickle, Numbers);
            BinaryPrimitives.WriteUInt32LittleEndian(disagreeing.AsSpan(disagreeing.Length - 6), 1); // the short record's directory offset
            byte[] faraway = ZipBytes.Make(true, pickle, Numbers);
            BinaryPrimitives.WriteInt64LittleEndian(faraway.AsSpan(faraway.Length - 22 - 12), long.MaxValue); // the locator's offset
            return new TheoryData<string, byte[]>
            {
                { "'archive/data/0' compressed or encrypted", ZipBytes.Make(false, pickle, Numbers with { Method = 8 }) },
                { "'archive/data/0' compressed or encrypted", ZipBytes.Make(false, pickle, Numbers with { Flags = 1 }) },
                { "'archive/data/0' outside the file", ZipBytes.Make(false, pickle, Numbers with { Length = uint.MaxValue - 1 }) },
                { "'archive/data/0' outside the file", ZipBytes.Make(false, pickle, Numbers with { HeaderOffset = 1 << 30 }) },
                { "contradicts its directory", ZipBytes.Make(false, pickle, Numbers with { HeaderOffset = 3 }) },
                { "contradicts its directory", ZipBytes.Make(false, pickle, Numbers with { LocalName = "archive/data/1" }) },
                { "'archive/data/0' inside another file", ZipBytes.Make(false, pickle with { Length = (uint)Good.Length + 40 }, Numbers) },
                { "'archive/data.pkl' twice", ZipBytes.Make(false, pickle, pickle) },
                { "data.pkl is damaged", ZipBytes.Make(false, pickle with { Crc = 1 }, Numbers) },
                { "this has 0", ZipBytes.Make(false, Numbers) },
                { "this has 2", ZipBytes.Make(false, pickle, new ZipPart("other/data.pkl", Good), Numbers) },
                { "this has 0", ZipBytes.Make(false, new ZipPart("a/b/data.pkl", Good), Numbers) },
                { "more than the", ZipBytes.Make(false, new ZipPart("archive/data.pkl", new byte[(32 << 20) + 1]) { Crc = 0 }, Numbers) },
                { "contradicts the file", prefixed },
                { "contradicts the file", disagreeing },
                { "lie outside the file", faraway },
                { "contradicts the file", ZipBytes.Make(false) },
            };
        }
    }

    [Theory]
    [MemberData(nameof(LyingArchives), DisableDiscoveryEnumeration = true)]
    public void A_lying_archive_is_refused_with_its_reason(string reason, byte[] archive) =>
        Assert.Contains(reason, PyTorchHostileTests.Refusal(Begin(archive)), StringComparison.Ordinal);

    [Fact]
    public void A_bomb_is_refused_before_anything_is_unpacked()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = zip.CreateEntry("archive/data.pkl", CompressionLevel.SmallestSize).Open();
            entry.Write(new byte[10 << 20]);
        }

        Assert.Contains("compressed", PyTorchHostileTests.Refusal(bytes.ToArray()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_cut_anywhere_is_refused(bool zip64)
    {
        byte[] whole = ZipBytes.Make(zip64, new ZipPart("archive/data.pkl", Good), Numbers);
        for (int length = 0; length < whole.Length; length++)
        {
            PyTorchHostileTests.Refusal(whole[..length]);
        }
    }

    [Fact]
    public void A_file_as_torch_wrote_it_is_refused_when_cut_anywhere()
    {
        byte[] whole = File.ReadAllBytes(TestFixtures.Find("clip-tiny", "pytorch_model.bin"));
        for (int length = whole.Length - 1; length > 0; length -= 2999)
        {
            PyTorchHostileTests.Refusal(whole[..length]);
        }
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void Flipped_bytes_give_numbers_or_a_checkpoint_error_and_nothing_else(bool zip64, int seed)
    {
        using var folder = new TemporaryFolder();
        byte[] whole = ZipBytes.Make(zip64, new ZipPart("archive/data.pkl", Good), Numbers);
        var random = new Random(seed);
        for (int round = 0; round < 1000; round++)
        {
            byte[] damaged = (byte[])whole.Clone();
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            string path = folder.Write("x.bin", damaged);
            HostileReading.OpenAndReadAll(() => PyTorchFile.Open(path));
        }
    }

    [Fact]
    public void A_damaged_pickle_with_a_right_checksum_gives_numbers_or_a_checkpoint_error()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(3);
        for (int round = 0; round < 2000; round++)
        {
            byte[] pickle = (byte[])Good.Clone();
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                pickle[random.Next(pickle.Length)] = (byte)random.Next(256);
            }

            string path = folder.Write("x.bin", PickleBytes.FileOf(pickle));
            HostileReading.OpenAndReadAll(() => PyTorchFile.Open(path));
        }
    }

    /// <summary>An empty archive has no local header in front; it gets one, so that the directory is what is looked at.</summary>
    private static byte[] Begin(byte[] archive) => archive.AsSpan().StartsWith("PK\x03\x04"u8) ? archive : [.. "PK\x03\x04"u8, .. archive];
}
