using Sida.Engine;
using Sida.Engine.Import.Checkpoints;

namespace Sida.Web.Tests.Engine.Import;

public sealed class CheckpointFolderTests
{
    private const string Index = "model.safetensors.index.json";

    [Theory]
    [InlineData("../outside.safetensors")]
    [InlineData("..")]
    [InlineData("/etc/passwd")]
    [InlineData("sub/model.safetensors")]
    [InlineData("sub\\\\model.safetensors")]
    [InlineData("C:model.safetensors")]
    [InlineData("model\\u0000.safetensors")]
    [InlineData("model\\n.safetensors")]
    [InlineData("")]
    public void A_shard_name_that_leaves_the_folder_is_refused(string shard)
    {
        using var folder = new TemporaryFolder();
        string inner = Directory.CreateDirectory(folder.File("checkpoint")).FullName;
        folder.Write("outside.safetensors", SafetensorsBytes.Vectors("a"));
        Directory.CreateDirectory(Path.Combine(inner, "sub"));
        File.WriteAllBytes(Path.Combine(inner, "sub", "model.safetensors"), SafetensorsBytes.Vectors("a"));
        File.WriteAllText(Path.Combine(inner, Index), SafetensorsBytes.Index(("a", shard)));
        string message = Assert.Throws<CheckpointException>(() => Checkpoint.Open(inner)).Message;
        Assert.StartsWith(Index + ": ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_link_out_of_the_folder_is_refused()
    {
        using var folder = new TemporaryFolder();
        string inner = Directory.CreateDirectory(folder.File("checkpoint")).FullName;
        folder.Write("outside.safetensors", SafetensorsBytes.Vectors("a"));
        File.CreateSymbolicLink(Path.Combine(inner, "model.safetensors"), "../outside.safetensors");
        string message = Assert.Throws<CheckpointException>(() => Checkpoint.Open(inner)).Message;
        Assert.Contains("leads out of the folder", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_through_a_linked_folder_is_refused()
    {
        using var folder = new TemporaryFolder();
        string inner = Directory.CreateDirectory(folder.File("checkpoint")).FullName;
        folder.Write("outside.safetensors", SafetensorsBytes.Vectors("a"));
        Directory.CreateSymbolicLink(Path.Combine(inner, "here"), "..");
        File.CreateSymbolicLink(Path.Combine(inner, "model.safetensors"), "here/outside.safetensors");
        Assert.Throws<CheckpointException>(() => Checkpoint.Open(inner));
    }

    [Fact]
    public void Links_in_a_circle_are_refused()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.File("model.safetensors"), "other");
        File.CreateSymbolicLink(folder.File("other"), "model.safetensors");
        Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path));
    }

    [Fact]
    public void The_links_of_the_hub_cache_are_followed()
    {
        using var folder = new TemporaryFolder();
        string snapshot = Directory.CreateDirectory(folder.File("models--a--b/snapshots/0123")).FullName;
        Directory.CreateDirectory(folder.File("models--a--b/blobs"));
        folder.Write("models--a--b/blobs/abc", SafetensorsBytes.Vectors("a"));
        File.CreateSymbolicLink(Path.Combine(snapshot, "model.safetensors"), "../../blobs/abc");
        Directory.CreateSymbolicLink(folder.File("shortcut"), snapshot);
        using Checkpoint checkpoint = Checkpoint.Open(folder.File("shortcut"));
        Assert.Equal([0f, 1f, 2f, 3f], checkpoint.ReadFloats("a"));
        Assert.Equal(SafetensorsBytes.Vectors("a").Length, Assert.Single(checkpoint.Files).ByteCount);
    }

    [Fact]
    public void Shards_are_joined()
    {
        using var folder = new TemporaryFolder();
        folder.Write("one.safetensors", SafetensorsBytes.Vectors("a", "b"));
        folder.Write("two.safetensors", SafetensorsBytes.Vectors("c"));
        folder.Write(Index, SafetensorsBytes.Index(("a", "one.safetensors"), ("b", "one.safetensors"), ("c", "two.safetensors")));
        using Checkpoint checkpoint = Checkpoint.Open(folder.Path);
        Assert.Equal(["a", "b", "c"], checkpoint.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([4f, 5f, 6f, 7f], checkpoint.ReadFloats("b"));
        Assert.Equal([0f, 1f, 2f, 3f], checkpoint.ReadFloats("c"));
        Assert.Equal([Index, "one.safetensors", "two.safetensors"], checkpoint.Files.Select(file => file.Name));
    }

    [Fact]
    public void A_tensor_in_no_shard_in_the_wrong_one_or_in_two_is_named()
    {
        using var folder = new TemporaryFolder();
        folder.Write("one.safetensors", SafetensorsBytes.Vectors("a", "b"));
        folder.Write("two.safetensors", SafetensorsBytes.Vectors("c"));
        Expect("'d' is in two.safetensors, but that file doesn't hold it", ("a", "one.safetensors"), ("d", "two.safetensors"));
        Expect("'b' is in two.safetensors, but it is in one.safetensors", ("a", "one.safetensors"), ("b", "two.safetensors"));
        folder.Write("two.safetensors", SafetensorsBytes.Vectors("c", "b"));
        Expect("'b' is in one.safetensors and again in two.safetensors", ("b", "one.safetensors"), ("c", "two.safetensors"));

        void Expect(string reason, params (string, string)[] index)
        {
            folder.Write(Index, SafetensorsBytes.Index(index));
            Assert.Contains(reason, Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_missing_shard_and_a_folder_without_weights_are_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("holds no weights", Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("no such folder", Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.File("none"))).Message, StringComparison.Ordinal);
        folder.Write("one.safetensors", SafetensorsBytes.Vectors("a"));
        folder.Write(Index, SafetensorsBytes.Index(("a", "one.safetensors"), ("b", "two.safetensors"), ("c", "three.safetensors")));
        string message = Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path)).Message;
        Assert.Contains("2 of 3 shards are missing", message, StringComparison.Ordinal);
        Assert.Contains("'three.safetensors'", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "an object belongs here")]
    [InlineData("{}", "no object weight_map")]
    [InlineData("{\"weight_map\":{}}", "names 0 shards")]
    [InlineData("{\"weight_map\":{\"a\":1}}", "no file name for 'a'")]
    [InlineData("{\"weight_map\":{\"a\":\"x\",\"a\":\"y\"}}", "isn't valid JSON")]
    [InlineData("{\"weight_map\":", "isn't valid JSON")]
    public void A_damaged_index_is_refused(string index, string reason)
    {
        using var folder = new TemporaryFolder();
        folder.Write(Index, index);
        Assert.Contains(reason, Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path)).Message, StringComparison.Ordinal);
    }
}
