using System.Runtime.CompilerServices;
using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Web;

/// <summary>A whole answer in the order in which the engine gives one.</summary>
internal sealed record ScriptedAnswer
{
    public string Prompt { get; init; } = "";

    public Verdict Verdict { get; init; } = Verdict.Tampered;

    public IReadOnlyList<string> Words { get; init; } = ["The", " left", " sleeve", " was", " altered."];

    /// <summary>The mask of a tampered picture: its lower right quarter.</summary>
    public int Width { get; init; } = 64;

    public int Height { get; init; } = 48;

    /// <summary>A first try at the mask, in the middle of the answer, that is replaced at the end.</summary>
    public bool EarlyMask { get; init; }

    /// <summary>The mask in place of that quarter.</summary>
    public BinaryMask? Mask { get; init; }

    /// <summary>What the classes get before the softmax, in place of 3 for the verdict.</summary>
    public IReadOnlyList<float>? Logits { get; init; }

    public bool Truncated { get; init; }

    public bool Contradiction { get; init; }

    /// <summary>Awaited before each word, with its number.</summary>
    public Func<int, CancellationToken, Task> BeforeWord { get; init; } = (_, _) => Task.CompletedTask;

    public async IAsyncEnumerable<AnalysisEvent> PlayAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        AnalyzedImage image = new(new string('b', 64), Width, Height);
        ClassProbabilities probabilities = ClassProbabilities.FromLogits(Logits is { } logits ? [.. logits] : [Verdict == Verdict.Real ? 3 : 0, Verdict == Verdict.FullSynthetic ? 3 : 0, Verdict == Verdict.Tampered ? 3 : 0]);
        yield return new StageEvent(0, AnalysisStage.Looking);
        yield return new ImageEvent(1, image);
        yield return new StageEvent(2, AnalysisStage.Thinking);
        yield return new VerdictEvent(3, Verdict, probabilities);
        yield return new StageEvent(4, AnalysisStage.Answering);
        for (int i = 0; i < Words.Count; i++)
        {
            await BeforeWord(i, cancellation);
            yield return new TokenEvent(5 + i, 100 + i, Words[i]);
            if (EarlyMask && i == 1)
            {
                yield return new MaskEvent(5 + i, 0, new BinaryMask(Width, Height, new byte[Width * Height]));
            }
        }

        List<BinaryMask> masks = [];
        if (Verdict == Verdict.Tampered)
        {
            yield return new StageEvent(50, AnalysisStage.Locating);
            masks.Add(Mask ?? LowerRight(Width, Height));
            yield return new MaskEvent(60, 0, masks[0]);
        }

        yield return new FinishedEvent(70, new AnalysisResult
        {
            Image = image,
            Prompt = Prompt,
            PromptTokens = [1, -200, 2],
            AnswerTokens = [.. Words.Select((_, index) => 100 + index)],
            RawText = string.Concat(Words),
            Text = string.Concat(Words),
            OfficialText = string.Concat(Words),
            Verdict = Verdict,
            ClassLogits = [[0, 0, 3]],
            Probabilities = probabilities,
            Masks = masks,
            Contradiction = Contradiction,
            Truncated = Truncated,
            Timings = new AnalysisTimings { Answer = 40, Total = 70 },
        });
    }

    public static BinaryMask LowerRight(int width, int height)
    {
        byte[] values = new byte[width * height];
        for (int y = height / 2; y < height; y++)
        {
            values.AsSpan((y * width) + (width / 2), width - (width / 2)).Fill(1);
        }

        return new BinaryMask(width, height, values);
    }
}
