using System.Numerics.Tensors;
using System.Threading.Channels;
using Sida.Engine.Language.Sampling;

namespace Sida.Engine.Language.Scheduling;

/// <summary>One request on its way: what has been fed, what is to be fed next, and where its events go. Used by the scheduler's thread, except where said.</summary>
internal sealed class GenerationJob
{
    private readonly Channel<GenerationStep> _events =
        Channel.CreateUnbounded<GenerationStep>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = false });
    private readonly HashSet<int> _interesting;
    private readonly HashSet<int> _stops;
    private readonly TokenSampler _sampler;
    private readonly HashSet<int> _stateSet;
    private readonly int _answerLimit;
    private int _pendingToken = -1;
    private int _answerLength;
    private int _queuePosition = -1;
    private int _cachedPositions;
    private volatile bool _cancelled;

    /// <summary>Prepares a checked request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="layout">Its positions.</param>
    /// <param name="capacity">Positions that it may take.</param>
    /// <exception cref="RequestException">The prompt doesn't fit.</exception>
    public GenerationJob(GenerationRequest request, PromptLayout layout, int capacity)
    {
        Request = request;
        Layout = layout;
        _interesting = [.. request.TokensOfInterest];
        _stops = [.. request.StopTokens];
        _sampler = new TokenSampler(request.Sampling, layout.Tokens.ToArray().Where(token => token >= 0));
        StatePositions = [.. layout.PositionsOf(_interesting).Select(position => position - 1)];
        _stateSet = [.. StatePositions];

        // A forced answer is read only as far as the last state that is asked for.
        IsForced = request.ForcedAnswer is not null;
        FeedLength = IsForced ? StatePositions.LastOrDefault(-1) + 1 : layout.Length;
        if (layout.Length > capacity)
        {
            throw new RequestException(
                $"The prompt takes {layout.Length} positions, but the model's context holds {capacity}. Shorten the prompt or the conversation.");
        }

        // The last token of an answer is never fed back.
        _answerLimit = IsForced ? 0 : Math.Min(request.MaxNewTokens, capacity - FeedLength + 1);
        MaxLength = FeedLength + Math.Max(0, _answerLimit - 1);
    }

    public GenerationRequest Request { get; }

    public PromptLayout Layout { get; }

    /// <summary>An answer is scored, not generated.</summary>
    public bool IsForced { get; }

    /// <summary>Positions of the layout that are fed.</summary>
    public int FeedLength { get; }

    /// <summary>Positions that the request may reach in the cache.</summary>
    public int MaxLength { get; }

    /// <summary>Positions that may come from the cache: the last of a prompt is always computed, for its logits.</summary>
    public int MostReused => IsForced ? FeedLength : FeedLength - 1;

    /// <summary>Positions, ascending, whose hidden states predict tokens of interest in the layout.</summary>
    public IReadOnlyList<int> StatePositions { get; }

    /// <summary>Where it lives in the cache, while running.</summary>
    public CachedSequence? Sequence { get; private set; }

    /// <summary>The next position to feed.</summary>
    public int Next => Sequence!.Length;

    public bool IsPrefilling => Next < FeedLength;

    /// <summary>Nothing more is to be fed.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Nobody waits for the result any more; from any thread.</summary>
    public bool IsCancelled => _cancelled;

    /// <summary>Its events; completed when it is finished, failed or cancelled.</summary>
    public ChannelReader<GenerationStep> Events => _events.Reader;

    /// <summary>From any thread.</summary>
    public void Cancel() => _cancelled = true;

    /// <summary>Tells how many requests are before it; from any thread under the scheduler's lock.</summary>
    public void ReportQueued(int position)
    {
        if (position != _queuePosition)
        {
            _queuePosition = position;
            _events.Writer.TryWrite(new GenerationStep.Queued(position));
        }
    }

    /// <summary>Starts with the prefix that the cache had.</summary>
    public void Start(CachedSequence sequence)
    {
        Sequence = sequence;
        _cachedPositions = sequence.Length;
        _events.Writer.TryWrite(new GenerationStep.Started());
        if (IsForced && !IsPrefilling)
        {
            FinishForced();
        }
    }

    /// <summary>What to feed at a position: a token, or -1 for a row of the layout.</summary>
    public int TokenAt(int position) => position < FeedLength ? Layout.Tokens[position] : _pendingToken;

    /// <summary>Whether a position's logits or hidden state are needed.</summary>
    public bool NeedsOutput(int position) => position >= FeedLength || (!IsForced && position == FeedLength - 1) || _stateSet.Contains(position);

    /// <summary>What stands at a position that a step has fed.</summary>
    public PositionKey KeyAt(int position) => position < FeedLength ? Layout.Keys[position] : PositionKey.Token(_pendingToken);

    /// <summary>Takes the result of a position that needed one.</summary>
    /// <exception cref="NativeRuntimeException">The model computed infinity or NaN.</exception>
    public void Receive(int position, ReadOnlySpan<float> hidden, ReadOnlySpan<float> logits)
    {
        if (!float.IsFinite(TensorPrimitives.MaxMagnitude(hidden)))
        {
            throw new NativeRuntimeException("The language model computed infinity or NaN: its weights are damaged, or the package's precision is too low for it.");
        }

        float[] state = hidden.ToArray();
        if (_stateSet.Contains(position))
        {
            Sequence!.States[position] = state;
        }

        if (!IsForced && position == FeedLength - 1)
        {
            ReportPrefill();
        }

        if (!IsForced && position >= FeedLength - 1)
        {
            Choose(position, state, logits);
        }
    }

    /// <summary>Called when a step is done with it: a forced answer ends with the last state.</summary>
    public void FinishStep()
    {
        if (IsForced && !IsPrefilling)
        {
            FinishForced();
        }
    }

    /// <summary>Ends the events, with an error if there was one; from any thread.</summary>
    public void Complete(Exception? error = null) => _events.Writer.TryComplete(error);

    private void Choose(int position, float[] state, ReadOnlySpan<float> logits)
    {
        Request.Logits?.Invoke(_answerLength, logits);
        int token = _sampler.Next(logits);
        _answerLength++;
        _pendingToken = token;
        if (_interesting.Contains(token))
        {
            Sequence!.States[position] = state;
        }

        _events.Writer.TryWrite(new GenerationStep.TokenGenerated(token, state));
        if (_stops.Contains(token))
        {
            Finish(FinishReason.StopToken);
        }
        else if (_answerLength == _answerLimit)
        {
            Finish(_answerLimit == Request.MaxNewTokens ? FinishReason.Length : FinishReason.ContextFull);
        }
    }

    private void FinishForced()
    {
        ReportPrefill();
        Finish(FinishReason.ForcedAnswer);
    }

    private void Finish(FinishReason reason)
    {
        IsFinished = true;
        _events.Writer.TryWrite(new GenerationStep.Finished(reason));
    }

    private void ReportPrefill()
    {
        TokenState[] states = [.. StatePositions.Select(position => new TokenState(position + 1, Layout.Tokens[position + 1], Sequence!.States[position]))];
        _events.Writer.TryWrite(new GenerationStep.PrefillFinished(states, _cachedPositions));
    }
}
