using System.IO.Compression;
using System.Text;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Review.Formats.Import;

namespace Sida.Web.Tests.Web.Review.Formats;

/// <summary>Zips that are made to do harm.</summary>
public sealed class ZipImportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sida-zip-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("../evil.png")]
    [InlineData("a/../../evil.png")]
    [InlineData("/etc/passwd")]
    [InlineData("C:\\evil.png")]
    [InlineData("a\\..\\..\\evil.png")]
    [InlineData("a//b.png")]
    [InlineData("a/\u0001.png")]
    public void A_name_that_leads_out_is_refused(string name) => Assert.Throws<RequestException>(() => Open(Zip((name, [1]))));

    [Fact]
    public void Two_files_of_one_name_are_refused() => Assert.Throws<RequestException>(() => Open(Zip(("a.png", [1]), ("a.png", [2]))));

    [Fact]
    public void What_systems_leave_behind_is_passed_over()
    {
        using ZipImportSource source = Open(Zip(("a\\b.png", [1]), ("__MACOSX/._b.png", [1]), (".DS_Store", [1]), ("x/Thumbs.db", [1])));
        Assert.Equal(["a/b.png"], source.Files);
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is no archive")]
    public void What_is_no_zip_is_refused(string text) => Assert.Throws<RequestException>(() => Open(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void A_zip_that_is_cut_short_is_refused()
    {
        byte[] zip = Zip(("a.png", [1, 2, 3]));
        Assert.Throws<RequestException>(() => Open(zip[..^10]));
    }

    [Fact]
    public async Task A_file_that_cannot_be_unpacked_is_told_by_its_name()
    {
        byte[] zip = Zip(("records.jsonl", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"version\":1}\n", 100)))));
        zip[30 + "records.jsonl".Length] |= 6;                     // the first block of a kind that there isn't (RFC 1951, 3.2.3)
        using ZipImportSource source = Open(zip);
        RequestException error = Assert.Throws<RequestException>(() => ImportText.Lines(source, "records.jsonl").Count());
        Assert.StartsWith("records.jsonl can't be unpacked", error.Message, StringComparison.Ordinal);
        await using Stream stream = source.Open("records.jsonl", long.MaxValue);
        await Assert.ThrowsAsync<RequestException>(() => stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_file_that_unpacks_to_far_more_than_it_should_is_stopped()
    {
        using ZipImportSource source = Open(Zip(("bomb.json", new byte[64 << 20])));
        using Stream stream = source.Open("bomb.json", long.MaxValue);
        Assert.Throws<LimitException>(() => stream.CopyTo(Stream.Null));
    }

    [Fact]
    public void A_file_larger_than_the_reader_allows_is_stopped()
    {
        using ZipImportSource source = Open(Zip(("a.json", new byte[2000])));
        using Stream stream = source.Open("a.json", 1000);
        Assert.Throws<LimitException>(() => stream.CopyTo(Stream.Null));
    }

    [Fact]
    public void All_files_together_have_a_limit()
    {
        ImportBudget budget = new(1500);
        using ZipImportSource source = Open(Zip(("a", new byte[1000]), ("b", new byte[1000])), budget);
        using Stream first = source.Open("a", 5000);
        first.CopyTo(Stream.Null);
        using Stream second = source.Open("b", 5000);
        Assert.Throws<LimitException>(() => second.CopyTo(Stream.Null));
        Assert.True(budget.IsSpent);
    }

    [Fact]
    public void A_list_of_files_that_claims_to_be_huge_is_refused_before_it_is_read()
    {
        // The end record says that the list begins at 0, so all of the file would be read as one.
        byte[] zip = new byte[70 << 20];
        byte[] end = Zip();
        end.CopyTo(zip, zip.Length - end.Length);
        Assert.Throws<LimitException>(() => Open(zip));
    }

    [Fact]
    public void Links_in_a_servers_folder_are_not_followed()
    {
        string inside = Path.Combine(_folder, "set");
        Directory.CreateDirectory(inside);
        File.WriteAllText(Path.Combine(_folder, "secret.png"), "x");
        File.WriteAllText(Path.Combine(inside, "a.png"), "x");
        File.CreateSymbolicLink(Path.Combine(inside, "b.png"), Path.Combine(_folder, "secret.png"));
        Directory.CreateSymbolicLink(Path.Combine(inside, "up"), _folder);
        using FolderImportSource source = new(inside, "set", new ImportBudget(1000));
        Assert.Equal(["a.png"], source.Files);
        Assert.Throws<ArgumentException>(() => source.Open("../secret.png", 10));
    }

    private ZipImportSource Open(byte[] zip, ImportBudget? budget = null)
    {
        string path = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(path, zip);
        return ZipImportSource.Open(path, "test", budget ?? new ImportBudget(1L << 30));
    }

    private static byte[] Zip(params (string Name, byte[] Body)[] files)
    {
        using MemoryStream output = new();
        using (ZipArchive zip = new(output, ZipArchiveMode.Create))
        {
            foreach ((string name, byte[] body) in files)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(body);
            }
        }

        return output.ToArray();
    }
}
