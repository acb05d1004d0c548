namespace Sida.Web.Review.Formats;

/// <summary>Writes records in one format. Used for one export and then no more.</summary>
internal interface IExportFormat
{
    /// <summary>Before the first record.</summary>
    Task BeginAsync(ExportArchive archive);

    /// <summary>One record that the format's rules let through.</summary>
    /// <param name="archive">Where it goes.</param>
    /// <param name="record">The record.</param>
    /// <param name="split">In which part.</param>
    /// <param name="stem">The name of its files, without ending.</param>
    /// <param name="cancellation">Stops.</param>
    Task AddAsync(ExportArchive archive, ReviewRecord record, Split split, string stem, CancellationToken cancellation);

    /// <summary>After the last record.</summary>
    Task FinishAsync(ExportArchive archive, CancellationToken cancellation);
}
