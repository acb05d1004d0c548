using System.Diagnostics;
using System.Threading.Channels;
using Sida.Engine.Imaging;
using Sida.Engine.Language;
using Sida.Engine.Language.Tokenization;

namespace Sida.Engine.Analysis;

/// <summary>
/// One request's journey, in order: decode, prompt, see, prefill, verdict, answer, locate. Everything that it finds out goes to the
/// event channel at once; SAM's encoder runs beside the answer as soon as the verdict is tampered.
/// </summary>
internal sealed class AnalysisRun(LoadedModel model, AnalysisRequest request, ChannelWriter<AnalysisEvent> events, CancellationToken cancellation)
    : IAsyncDisposable
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly AnswerState _state = new();
    private readonly List<int> _answer = [];
    private AnalysisTimings _timings = new();
    private Localization? _localization;
    private Task _earlyMask = Task.CompletedTask;

    /// <summary>Runs to the end; the last event is <see cref="FinishedEvent"/>.</summary>
    public async Task RunAsync()
    {
        await SendAsync(new StageEvent(Now, AnalysisStage.Looking));
        DecodedImage picture = await Task.Run(() => model.Decode(request.Image, cancellation), cancellation);
        AnalyzedImage image = new(picture.Sha256, picture.Image.Width, picture.Image.Height);
        _timings = _timings with { Decode = Now };
        await SendAsync(new ImageEvent(Now, image));

        int[] prompt = model.Requests.Encode(request);
        double seeing = Now;
        float[] rows = await model.SeeAsync(picture, request.Tensors, cancellation);
        _timings = _timings with { Vision = Now - seeing };

        bool truncated = await AnswerAsync(picture, model.Generation(request, prompt, picture.Sha256, rows), model.Requests.FirstMark(request, prompt));
        BinaryMask[] masks = await LocateAsync(picture);
        if (request.Tensors is not null)
        {
            _state.WriteTensors(request.Tensors);
        }

        await SendAsync(new FinishedEvent(Now, Result(image, prompt, masks, truncated)));
    }

    /// <summary>Stops the region search when the run ends without it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_localization is not null)
        {
            await _localization.DisposeAsync();
        }

        await _earlyMask.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private double Now => Stopwatch.GetElapsedTime(_start).TotalMilliseconds;

    private ValueTask SendAsync(AnalysisEvent step) => events.WriteAsync(step, cancellation);

    /// <summary>Prefill and the answer's tokens; returns whether the token limit cut it.</summary>
    private async Task<bool> AnswerAsync(DecodedImage picture, GenerationRequest generation, int firstPosition)
    {
        IncrementalDecoder text = new(model.Tokenizer);
        double begin = Now;
        bool truncated = false;
        await SendAsync(new StageEvent(Now, AnalysisStage.Thinking));
        await foreach (GenerationStep step in model.Language.GenerateAsync(generation, cancellation))
        {
            switch (step)
            {
                case GenerationStep.Queued queued:
                    await SendAsync(new QueuedEvent(Now, queued.Position + 1));
                    break;
                case GenerationStep.Started:
                    _timings = _timings with { Queue = Now - begin };
                    begin = Now;
                    break;
                case GenerationStep.PrefillFinished prefill:
                    _timings = _timings with { Prefill = Now - begin };
                    begin = Now;
                    await SendAsync(new StageEvent(Now, AnalysisStage.Answering));
                    await ObserveAsync(picture, [.. prefill.States.Where(state => state.Position >= firstPosition).Select(state => (state.Id, state.Hidden))], judge: generation.ForcedAnswer is not null);
                    break;
                case GenerationStep.TokenGenerated token:
                    _answer.Add(token.Id);
                    await ObserveAsync(picture, [(token.Id, token.Hidden)], judge: true);
                    await SendAsync(new TokenEvent(Now, token.Id, text.Append(token.Id)));
                    break;
                case GenerationStep.Finished finished:
                    truncated = finished.Reason is FinishReason.Length or FinishReason.ContextFull;
                    break;
            }
        }

        if (generation.ForcedAnswer is not null)
        {
            _answer.AddRange(generation.ForcedAnswer);
        }
        else if (text.Finish() is { Length: > 0 } rest)
        {
            await SendAsync(new TokenEvent(Now, null, rest));
        }

        _timings = _timings with { Answer = Now - begin };
        return truncated;
    }

    /// <summary>Takes in the states that predict [CLS] and [SEG]; judges and looks for the region as soon as they allow it.</summary>
    private async Task ObserveAsync(DecodedImage picture, IReadOnlyList<(int Id, float[] Hidden)> tokens, bool judge)
    {
        foreach ((int Id, float[] Hidden) token in tokens)
        {
            if (token.Id == model.Requests.ClsToken)
            {
                _state.AddCls(token.Hidden, await model.DetectAsync(token.Hidden, cancellation));
            }
            else if (token.Id == model.Requests.SegToken && _state.SegHidden.Count < AnalysisRequest.MostRegions)
            {
                _state.AddSeg(token.Hidden);
            }
        }

        if (judge && tokens.Any(token => token.Id == model.Requests.ClsToken))
        {
            await JudgeAsync(picture);
        }

        if (judge && tokens.Any(token => token.Id == model.Requests.SegToken) && _localization is { } localization && request.Tensors is null && _earlyMask.IsCompleted)
        {
            _earlyMask = SendMasksAsync(localization.LocateAsync(_state.ClassLogits[0], _state.SegHidden, final: false));
        }
    }

    private async Task JudgeAsync(DecodedImage picture)
    {
        if (_state.Verdict is not { } verdict)
        {
            return;
        }

        _timings = _timings with { Verdict = Now };
        await SendAsync(new VerdictEvent(Now, verdict, _state.Probabilities!));
        if (Locates(verdict) && _localization is null)
        {
            await SendAsync(new StageEvent(Now, AnalysisStage.Locating));
            _localization = model.Locate(picture, request.Tensors, cancellation);
        }
    }

    private bool Locates(Verdict? verdict) => verdict == Verdict.Tampered || (request.LocateAlways && verdict is not null);

    /// <summary>The masks of all [SEG]s, once the answer is complete. Without a [SEG] there is nothing to wait for.</summary>
    private async Task<BinaryMask[]> LocateAsync(DecodedImage picture)
    {
        if (_timings.Verdict is null)
        {
            // The only [CLS] is the question's own; officially it decides all the same.
            await JudgeAsync(picture);
        }

        // Without a [SEG] there is no mask to wait for; officially fusion runs all the same, so its tensors are written.
        if (!Locates(_state.Verdict) || (_state.SegHidden.Count == 0 && request.Tensors is null))
        {
            return [];
        }

        await _earlyMask;
        Task<BinaryMask[]> masks = _localization!.LocateAsync(_state.ClassLogits[0], _state.SegHidden, final: true);
        bool isNew = !masks.IsCompleted || request.Tensors is not null;
        if (isNew)
        {
            await SendMasksAsync(masks);
        }

        _timings = _timings with { SamEncoder = _localization.EncoderMilliseconds, Masks = _localization.MaskMilliseconds };
        return await masks;
    }

    private async Task SendMasksAsync(Task<BinaryMask[]> masks)
    {
        BinaryMask[] found = await masks;
        for (int index = 0; index < found.Length; index++)
        {
            await SendAsync(new MaskEvent(Now, index, found[index]));
        }
    }

    private AnalysisResult Result(AnalyzedImage image, int[] prompt, BinaryMask[] masks, bool truncated)
    {
        AnswerTexts texts = AnswerTexts.Read(
            model.Tokenizer, model.Package.Manifest.ResponseMode, prompt, _answer, _state.Verdict, masks.Length > 0);
        return new AnalysisResult
        {
            Image = image,
            Prompt = request.Prompt,
            PromptTokens = prompt,
            AnswerTokens = _answer,
            RawText = texts.Raw,
            Text = texts.Readable,
            OfficialText = texts.Official,
            Verdict = _state.Verdict,
            ClassLogits = _state.ClassLogits,
            Probabilities = _state.Probabilities,
            Masks = masks,
            Contradiction = texts.Contradiction,
            Truncated = truncated,
            Timings = _timings with { Total = Now },
        };
    }
}
