using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Review.Explaining;

namespace Sida.Web.Review.Formats;

/// <summary>The dry run: looks at every record as the export would, and writes nothing.</summary>
internal sealed class ExportPlanner(ExportSource source, TokenCounter tokens)
{
    private const int MostNotes = 200;

    /// <summary>Training takes batches of one class; the usual size is two.</summary>
    private const int UsualBatch = 2;

    /// <exception cref="RequestException">The order can't be carried out.</exception>
    /// <exception cref="ForbiddenException">The caller is no manager of the project.</exception>
    public async Task<ExportPlan> PlanAsync(Caller caller, Guid projectId, ExportOrder order, CancellationToken cancellation)
    {
        order.Check();
        (_, int open) = await source.CountAsync(caller, projectId, cancellation);
        Dictionary<(Split Split, Verdict? Verdict), int> parts = [];
        List<ExportNote> leftOut = [];
        List<ExportNote> warnings = [];
        (int left, int warned) = (0, 0);
        await foreach (ReviewRecord record in source.ReadAsync(caller, projectId, cancellation))
        {
            if (ExportRules.FindProblem(record, order) is { } problem)
            {
                left++;
                Note(leftOut, record, problem);
                continue;
            }

            if (ExportRules.FindWarning(record, order, tokens) is { } warning)
            {
                warned++;
                Note(warnings, record, warning);
            }

            (Split, Verdict?) part = (order.Rule.Of(record.Provenance.Origin), record.Annotation.Verdict);
            parts[part] = parts.GetValueOrDefault(part) + 1;
        }

        ExportPart[] counts = [.. parts.OrderBy(part => part.Key).Select(part => new ExportPart(part.Key.Split, part.Key.Verdict, part.Value))];
        return new ExportPlan(order.Format, counts.Sum(part => part.Count), open, counts, leftOut, left, warnings, warned, [.. Advise(order, counts)]);
    }

    private static void Note(List<ExportNote> notes, ReviewRecord record, string text)
    {
        if (notes.Count < MostNotes)
        {
            notes.Add(new ExportNote(record.Provenance.ItemId ?? Guid.Empty, record.Provenance.Number ?? 0, record.Picture.FileName, text));
        }
    }

    private IEnumerable<string> Advise(ExportOrder order, IReadOnlyList<ExportPart> parts)
    {
        if (order.Format is not (ReviewFormat.SidSet or ReviewFormat.SidSetDescription))
        {
            yield break;
        }

        if (order.Format == ReviewFormat.SidSetDescription && tokens.IsEstimate)
        {
            yield return "How long the explanations are for training is estimated from their characters: no model is installed here whose vocabulary could count their tokens.";
        }

        foreach (Split split in Enum.GetValues<Split>())
        {
            if (parts.All(part => part.Split != split))
            {
                yield return split switch
                {
                    Split.Train => "train has no pictures: nothing can be learnt from this export.",
                    Split.Validation => "validation has no pictures: training can't choose its best state.",
                    _ => "test has no pictures: nothing can be measured with this export.",
                };
                continue;
            }

            foreach (Verdict verdict in Enum.GetValues<Verdict>())
            {
                int count = parts.Where(part => part.Split == split && part.Verdict == verdict).Sum(part => part.Count);
                if (split == Split.Train && count < UsualBatch)
                {
                    yield return $"train has {count} pictures of {SidSetLayout.Folder(verdict)}: training takes batches of {UsualBatch} of one class, so it learns nothing about this one.";
                }
            }
        }
    }
}
