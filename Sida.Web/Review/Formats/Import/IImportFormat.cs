namespace Sida.Web.Review.Formats.Import;

/// <summary>Reads sets of one format.</summary>
internal interface IImportFormat
{
    /// <summary>Lists the pictures of a set, as it goes.</summary>
    /// <param name="source">The files.</param>
    /// <param name="leftOut">Told of each thing that isn't taken: what and why.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="Sida.Engine.RequestException">The set can't be read at all.</exception>
    IAsyncEnumerable<ImportedPicture> ReadAsync(IImportSource source, Action<string> leftOut, CancellationToken cancellation);
}
