using System.Reflection;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Work;

namespace Sida.Web.Review.Formats;

/// <summary>Writes the accepted items of a project into a zip: one picture after the other, never more than one in memory.</summary>
internal sealed class Exporter(ExportSource source, PictureFiles pictures, TimeProvider clock)
{
    private const string Manifest = "manifest.json";

    /// <summary>Writes an archive.</summary>
    /// <param name="caller">On whose behalf; a manager of the project.</param>
    /// <param name="projectId">Which project.</param>
    /// <param name="order">Which files.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="spool">A folder that doesn't exist yet, for what waits.</param>
    /// <param name="report">Told after each record.</param>
    /// <param name="cancellation">Stops between two records.</param>
    /// <exception cref="RequestException">The order can't be carried out.</exception>
    public async Task WriteAsync(
        Caller caller, Guid projectId, ExportOrder order, Stream output, string spool, Action<ExportProgress> report, CancellationToken cancellation)
    {
        order.Check();
        IExportFormat format = Format(order.Format);
        await using ExportArchive archive = await ExportArchive.BeginAsync(output, spool, clock.GetUtcNow(), cancellation);
        await format.BeginAsync(archive);
        Tally tally = new();
        int position = 0;
        await foreach (ReviewRecord record in source.ReadAsync(caller, projectId, cancellation))
        {
            position++;
            string? problem = ExportRules.FindProblem(record, order);
            if (problem is null)
            {
                Split split = order.Rule.Of(record.Provenance.Origin);
                string stem = ExportedName.Stem(record, position);
                await format.AddAsync(archive, record, split, stem, cancellation);
                await archive.AppendAsync("provenance.jsonl", WebJson.Write(new { Stem = stem, Split = split, record.Picture, Provenance = record.Provenance with { Model = null } }) + "\n", "", cancellation);
                tally.Add(record, split);
            }

            report(new ExportProgress(record, problem));
        }

        await format.FinishAsync(archive, cancellation);
        await archive.AppendAsync(Manifest, WebJson.Write(tally.ToManifest(order, clock.GetUtcNow())) + "\n", "", cancellation);
        await archive.FinishAsync(cancellation);
    }

    private IExportFormat Format(ReviewFormat format) => format switch
    {
        ReviewFormat.SidSet => new SidSetExport(pictures, describes: false),
        ReviewFormat.SidSetDescription => new SidSetExport(pictures, describes: true),
        ReviewFormat.CocoRle => new CocoExport(pictures, polygons: false),
        ReviewFormat.CocoPolygons => new CocoExport(pictures, polygons: true),
        ReviewFormat.MasksCsv => new MasksCsvExport(pictures),
        ReviewFormat.JsonLines => new JsonLinesExport(pictures),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a format for exports."),
    };

    /// <summary>What the manifest says of the whole.</summary>
    private sealed class Tally
    {
        private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, string> _models = new(StringComparer.Ordinal);
        private string? _project;

        public void Add(ReviewRecord record, Split split)
        {
            string part = $"{SidSetLayout.Folder(split)}/{(record.Annotation.Verdict is { } verdict ? SidSetLayout.Folder(verdict) : "undecided")}";
            _counts[part] = _counts.GetValueOrDefault(part) + 1;
            _project ??= record.Provenance.Project;
            if (record.Provenance is { ModelHash: { } hash, ModelName: { } name })
            {
                _models[hash] = name;
            }
        }

        public object ToManifest(ExportOrder order, DateTimeOffset now) => new
        {
            Format = order.Format,
            Version = 1,
            Project = _project,
            ExportedAt = now,
            Sida = Assembly.GetExecutingAssembly().GetName().Version?.ToString(),
            Split = order.Rule,
            SplitBy = "SHA-256 of \"sida split \" and the origin of each picture (see provenance.jsonl)",
            Counts = _counts,
            Models = _models,
            Files = "files.jsonl: path, bytes and SHA-256 of each file",
        };
    }
}

/// <summary>A step of an export.</summary>
/// <param name="Record">The record.</param>
/// <param name="Problem">Why it was left out; null when it wasn't.</param>
internal sealed record ExportProgress(ReviewRecord Record, string? Problem);
