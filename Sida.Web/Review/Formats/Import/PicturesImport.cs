using System.Runtime.CompilerServices;

namespace Sida.Web.Review.Formats.Import;

/// <summary>Pictures about which nothing is said.</summary>
internal sealed class PicturesImport : IImportFormat
{
    public async IAsyncEnumerable<ImportedPicture> ReadAsync(IImportSource source, Action<string> leftOut, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        foreach (string file in source.Files)
        {
            cancellation.ThrowIfCancellationRequested();
            if (PictureEndings.IsPicture(file))
            {
                yield return new ImportedPicture { File = file };
            }
            else
            {
                leftOut($"{file}: not a picture");
            }
        }
    }
}
