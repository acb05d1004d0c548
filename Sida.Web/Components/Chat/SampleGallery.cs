using Microsoft.Extensions.FileProviders;
using Sida.Web.Access;
using Sida.Web.Pictures;

namespace Sida.Web.Components.Chat;

/// <summary>The pictures that come with Sida, to try it with: files of <c>wwwroot/samples</c>, made by this project.</summary>
internal sealed class SampleGallery(IWebHostEnvironment environment, CallerProvider callers, PictureService pictures)
{
    private const string Folder = "samples";

    public IReadOnlyList<Sample> Samples { get; } =
        [.. environment.WebRootFileProvider.GetDirectoryContents(Folder).Where(file => !file.IsDirectory).OrderBy(file => file.Name, StringComparer.Ordinal).Select(Describe)];

    /// <summary>Makes a sample one of the caller's pictures, as if it had been uploaded.</summary>
    public async Task<PictureView> AddAsync(Sample sample, CancellationToken cancellation)
    {
        await using Stream file = environment.WebRootFileProvider.GetFileInfo($"{Folder}/{sample.File}").CreateReadStream();
        return await pictures.AddAsync(await callers.GetAsync(), file, sample.File, cancellation);
    }

    private static Sample Describe(IFileInfo file)
    {
        string name = Path.GetFileNameWithoutExtension(file.Name);
        string words = name[(name.IndexOf('-', StringComparison.Ordinal) + 1)..].Replace('-', ' ');
        return new Sample(file.Name, string.Concat(char.ToUpperInvariant(words[0]).ToString(), words.AsSpan(1)), $"/{Folder}/{file.Name}");
    }
}

/// <summary>A sample.</summary>
/// <param name="File">Its file's name: a number for the order, a hyphen, what it shows.</param>
/// <param name="Name">What it shows.</param>
/// <param name="Url">Where it can be seen.</param>
internal sealed record Sample(string File, string Name, string Url);
