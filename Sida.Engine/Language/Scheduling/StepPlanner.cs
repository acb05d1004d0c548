using Sida.Engine.Language.Interop;

namespace Sida.Engine.Language.Scheduling;

/// <summary>A position of a step whose result a request waits for.</summary>
/// <param name="Job">The request.</param>
/// <param name="Position">Its position.</param>
/// <param name="Row">The output row of the step.</param>
internal readonly record struct PlannedOutput(GenerationJob Job, int Position, int Row);

/// <summary>
/// Fills steps from the running requests. Every request that is generating gets its token into each token step; prompts are read in
/// turns in what room is left. Embedding rows can't share a step with tokens, so the two kinds alternate while there is work for both.
/// </summary>
internal sealed class StepPlanner(LlamaStep step, int outputsMax, PrefillPace pace)
{
    private readonly List<PlannedOutput> _outputs = [];
    private readonly List<(GenerationJob Job, int Count)> _fed = [];
    private bool _lastHadRows;
    private int _turn;

    /// <summary>Results to hand out after the step.</summary>
    public IReadOnlyList<PlannedOutput> Outputs => _outputs;

    /// <summary>Requests in the step, and how many positions each has in it.</summary>
    public IReadOnlyList<(GenerationJob Job, int Count)> Fed => _fed;

    /// <summary>The step reads parts of prompts.</summary>
    public bool HasPrefill { get; private set; }

    /// <summary>Fills the next step; at least one position if any request is running.</summary>
    public void Plan(IReadOnlyList<GenerationJob> running)
    {
        step.Clear();
        _outputs.Clear();
        _fed.Clear();
        HasPrefill = false;
        bool rows = running.Any(NextIsRow);
        bool tokens = running.Any(job => !NextIsRow(job));
        _lastHadRows = rows && !(tokens && _lastHadRows);
        bool othersWait = running.Any(job => !job.IsPrefilling);
        if (!_lastHadRows)
        {
            foreach (GenerationJob job in running.Where(job => !job.IsPrefilling))
            {
                Feed(job, 1);
            }
        }

        int room = othersWait ? Math.Min(pace.Chunk, step.Capacity - step.Count) : step.Capacity - step.Count;
        GenerationJob[] reading = [.. running.Where(job => job.IsPrefilling && NextIsRow(job) == _lastHadRows)];
        _turn++;
        for (int index = 0; index < reading.Length && room > 0; index++)
        {
            room -= Feed(reading[(index + _turn) % reading.Length], room);
        }

        HasPrefill = reading.Length > 0;
    }

    private static bool NextIsRow(GenerationJob job) => job.TokenAt(job.Next) < 0;

    private int Feed(GenerationJob job, int most)
    {
        int first = job.Next;
        int end = job.IsPrefilling ? Math.Min(job.FeedLength, first + most) : first + 1;
        int position = first;
        for (; position < end; position++)
        {
            int token = job.TokenAt(position);
            bool output = job.NeedsOutput(position);
            if (token < 0 != _lastHadRows || (output && _outputs.Count == outputsMax))
            {
                break;
            }

            int row = token < 0
                ? step.AddEmbedding(job.Layout.Row(position), position, job.Sequence!.Id, output)
                : step.AddToken(token, position, job.Sequence!.Id, output);
            if (output)
            {
                _outputs.Add(new PlannedOutput(job, position, row));
            }
        }

        if (position > first)
        {
            _fed.Add((job, position - first));
        }

        return position - first;
    }
}
