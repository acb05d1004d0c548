using Sida.Engine;
using Sida.Engine.Evaluation;
using Sida.Engine.Imaging;
using Sida.Web.Tests.Engine.Import;

namespace Sida.Web.Tests.Engine.Evaluation;

/// <summary>The SID_Set layout: what is taken, what is left out and said, what is refused.</summary>
public sealed class SidSetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Pictures_get_the_label_of_their_folder_and_what_is_left_out_is_named()
    {
        Write("test/real/b.JPG", "test/real/a.png", "test/real/notes.txt", "test/full_synthetic/s.webp", "test/tampered/t.png", "test/tampered/lost.png", "test/masks/t_mask.png");
        SidSet set = SidSet.Read(_folder.Path + Path.DirectorySeparatorChar, "test");
        Assert.Equal(Path.GetFileName(_folder.Path), set.Name);
        Assert.Equal(["a.png", "b.JPG", "s.webp", "t.png"], set.Samples.Select(sample => Path.GetFileName(sample.Image)));
        Assert.Equal([Verdict.Real, Verdict.Real, Verdict.FullSynthetic, Verdict.Tampered], set.Samples.Select(sample => sample.Label));
        Assert.Equal([null, null, null, "t_mask.png"], set.Samples.Select(sample => Path.GetFileName(sample.Mask)));
        Assert.Equal(["real/notes.txt: not a picture", "tampered/lost.png: it has no mask"], set.LeftOut);
    }

    [Fact]
    public void Facts_name_the_kind_and_the_photograph_of_a_picture()
    {
        Write("test/tampered/t.png", "test/masks/t_mask.png", "test/real/t.png");
        _folder.Write(Path.Combine("test", "facts.jsonl"), """
            {"class": "tampered", "file": "t.png", "kind": "splice", "photo": 7}

            {"class": "full_synthetic", "file": "s.png", "source": "render"}
            {"class": "unheard of", "file": "t.png", "kind": "x"}
            """);
        SidSet set = SidSet.Read(_folder.Path, "test");
        Assert.Equal((null, null), (set.Samples[0].Kind, set.Samples[0].Origin));
        Assert.Equal(("splice", "7"), (set.Samples[1].Kind, set.Samples[1].Origin));
        Assert.Equal(["test/full_synthetic: no such folder"], set.LeftOut);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"class\": 3, \"file\": \"a\"}")]
    [InlineData("{\"class\": \"real\"}")]
    [InlineData("{")]
    [InlineData("{\"class\": {\"a\": {\"a\": {\"a\": {\"a\": {\"a\": {\"a\": {\"a\": {\"a\": 1}}}}}}}}}")]
    public void Facts_that_are_no_facts_are_refused_with_their_line(string line)
    {
        Write("test/real/a.png");
        _folder.Write(Path.Combine("test", "facts.jsonl"), "\n" + line);
        RequestException error = Assert.Throws<RequestException>(() => SidSet.Read(_folder.Path, "test"));
        Assert.Contains("facts.jsonl, line 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train", "no split")]
    [InlineData("../test", "no split")]
    [InlineData("", "no split")]
    [InlineData("test", "no pictures")]
    public void A_folder_of_another_layout_is_refused(string split, string expected)
    {
        Directory.CreateDirectory(_folder.File("test"));
        RequestException error = Assert.Throws<RequestException>(() => SidSet.Read(_folder.Path, split));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(255, 200, 100, new byte[] { 1, 1, 0, 0 })]
    [InlineData(1, 0, 1, new byte[] { 1, 0, 1, 0 })] // a mask of 0 and 1
    public void Masks_are_read_at_half(byte first, byte second, byte third, byte[] expected)
    {
        string path = _folder.Write("m.png", ImageEncoder.EncodePng(new RgbImage(2, 2, [first, first, first, second, second, second, third, third, third, 0, 0, 0])));
        Assert.Equal(expected, TrueMask.Read(path, 2, 2, TestContext.Current.CancellationToken).Values);
        ImageException error = Assert.Throws<ImageException>(() => TrueMask.Read(path, 3, 2, TestContext.Current.CancellationToken));
        Assert.Contains("2 x 2 pixels for a picture of 3 x 2", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void Write(params string[] files)
    {
        foreach (string file in files)
        {
            string path = _folder.File(file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "");
        }
    }
}
