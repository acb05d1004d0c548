using Sida.Engine;
using Sida.Engine.Import.Checkpoints.Safetensors;

namespace Sida.Web.Tests.Engine.Import;

public sealed class SafetensorsHostileTests
{
    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[5],\"data_offsets\":[0,16]}}", "needs 20 bytes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-4],\"data_offsets\":[0,16]}}", "impossible shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}", "impossible shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[0,4294967296,4294967296],\"data_offsets\":[0,0]}}", "bytes after the last tensor")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,0],\"data_offsets\":[0,0]}}", "impossible shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,4],\"data_offsets\":[0,16]}}", "no short list")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4.5],\"data_offsets\":[0,16]}}", "no short list")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,16]}}", "no short list")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16,32]}}", "lacks dtype")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[16,0]}}", "needs 16 bytes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[16,32]}}", "begins at byte 16")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[0,32]}}", "cut short")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "8 bytes after the last tensor")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[-16,0]}}", "needs 16 bytes")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]},\"b\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", "'b' begins at byte 0")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}", "'a' twice")]
    [InlineData("{\"a\":{\"dtype\":\"F4\",\"shape\":[4],\"data_offsets\":[0,16]}}", "number type 'F4'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16],\"code\":\"x\"}}", "unexpected field 'code'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", "unexpected field 'dtype'")]
    [InlineData("{\"a\":[1]}", "is no object")]
    [InlineData("{\"a\\u0000\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", "'a?' is no tensor name")]
    [InlineData("{\"\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", "is no tensor name")]
    [InlineData("{\"__metadata__\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}", "isn't valid JSON")]
    [InlineData("{} {}", "isn't valid JSON")]
    [InlineData("{\"a\":{\"dtype\":\"F32\"", "isn't valid JSON")]
    [InlineData("{\"a\\ud800\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", "isn't valid JSON")]
    [InlineData("[]", "no safetensors header")]
    public void A_lying_header_is_refused_with_its_reason(string header, string reason)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("x.safetensors", SafetensorsBytes.Make(header, new byte[16]));
        string message = Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path)).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.StartsWith("x.safetensors: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(0L)]
    [InlineData(1L)]
    [InlineData(1000L)]
    [InlineData(100_000_001L)]
    [InlineData(long.MaxValue)]
    public void A_lying_header_length_is_refused(long length)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("x.safetensors", SafetensorsBytes.Make("{}", new byte[16], length));
        Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path));
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = SafetensorsBytes.Vectors("a", "b");
        for (int length = 0; length < whole.Length; length++)
        {
            string path = folder.Write("x.safetensors", whole[..length]);
            Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path));
        }
    }

    [Fact]
    public void A_git_lfs_pointer_is_recognised()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("x.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 4\n");
        Assert.Contains("git lfs pull", Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Flipped_bytes_give_numbers_or_a_checkpoint_error_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = SafetensorsBytes.Vectors("a", "b", "c");
        var random = new Random(20250101);
        for (int round = 0; round < 1000; round++)
        {
            byte[] damaged = (byte[])whole.Clone();
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            string path = folder.Write("x.safetensors", damaged);
            HostileReading.OpenAndReadAll(() => SafetensorsFile.Open(path));
        }
    }
}
