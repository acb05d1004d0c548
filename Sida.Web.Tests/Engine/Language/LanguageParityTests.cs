using System.Globalization;
using Sida.Engine.Import;
using Sida.Engine.Language;

namespace Sida.Web.Tests.Engine.Language;

/// <summary>The language model against what the official program recorded, from prompt ids and image features on.</summary>
[Collection(TinyLanguageModelTests.Name)]
public class LanguageParityTests(TinyLanguageModel tiny, ITestOutputHelper output)
{
    /// <summary>Ten times the distance of the fp32 goldens from a float64 run; the product's promise is 2e-3.</summary>
    private const double HiddenTolerance = 2e-4;

    [Theory]
    [MemberData(nameof(LanguageCase.Names), MemberType = typeof(LanguageCase))]
    public async Task An_f32_model_reproduces_tokens_hidden_states_and_logits(string name)
    {
        LanguageCase official = LanguageCase.Load(name);
        float[]? firstLogits = null;
        GenerationRequest request = official.Request() with { Logits = (index, logits) => firstLogits ??= index == 0 ? logits.ToArray() : null };
        LanguageRun run = await LanguageRun.CollectAsync(tiny.Model, request, TestContext.Current.CancellationToken);

        if (!official.TeacherForced)
        {
            Assert.Equal(official.Generated, run.Tokens);
            Assert.Equal(official.Generated[^1] == 2 ? FinishReason.StopToken : FinishReason.Length, run.Reason);
            Close(official, "step0_logits.npy", firstLogits!);
        }
        else
        {
            Assert.Equal(FinishReason.ForcedAnswer, run.Reason);
        }

        CloseStates(official, run, official.Cls, official.ClsPositions, "cls_hidden.npy");
        CloseStates(official, run, official.Seg, official.SegPositions, "seg_hidden.npy");
    }

    [Theory]
    [MemberData(nameof(LanguageCase.Names), MemberType = typeof(LanguageCase))]
    public async Task Every_hidden_state_agrees_when_the_whole_sequence_is_forced(string name)
    {
        LanguageCase official = LanguageCase.Load(name);
        GenerationRequest request = official.Request() with
        {
            Prompt = official.Prompt(official.Sequence),
            ForcedAnswer = [],
            TokensOfInterest = [.. Enumerable.Range(0, tiny.Model.VocabularySize)],
        };
        LanguageRun run = await LanguageRun.CollectAsync(tiny.Model, request, TestContext.Current.CancellationToken);

        // Rows of the image predict no token but the one behind it, so the recorded states are compared where a token follows.
        Npy recorded = official.Golden("hidden_final.npy") ?? official.Golden("hidden_tail.npy")!;
        int width = recorded.Shape[1];
        int length = official.Sequence.Count + 255 - 1;
        int first = length - recorded.Shape[0];
        TokenState[] compared = [.. run.PromptStates.Where(state => state.Position - 1 >= first)];
        Assert.True(compared.Length >= 8);
        double worst = Tensors.RelativeError(
            compared.SelectMany(state => recorded.Values.Skip((state.Position - 1 - first) * width).Take(width)),
            compared.SelectMany(state => state.Hidden));
        Report(name, "hidden", worst);
        Assert.InRange(worst, 0, HiddenTolerance);
    }

    [Theory]
    [InlineData("f16", 2e-2)]
    [InlineData("bf16", 5e-2)]
    [InlineData("q8_0", 5e-2)]
    public async Task Smaller_precisions_give_the_same_tokens(string precision, double tolerance)
    {
        using LanguageModel model = await tiny.LoadAsync(PrecisionNames.ParseLanguage(precision));
        double worst = 0;
        foreach (string name in LanguageCase.Bundled)
        {
            LanguageCase official = LanguageCase.Load(name);
            LanguageRun run = await LanguageRun.CollectAsync(model, official.Request(), TestContext.Current.CancellationToken);
            Assert.Equal(official.TeacherForced ? [] : official.Generated, run.Tokens);
            if (official.Golden("cls_hidden.npy") is { } cls)
            {
                IEnumerable<float> states = run.StatesOf(official.Cls, official.PromptLength).SelectMany(state => state.Hidden);
                worst = Math.Max(worst, Tensors.RelativeError(cls.Values, states));
            }
        }

        Report(precision, "[CLS] hidden", worst);
        Assert.InRange(worst, 0, tolerance);
    }

    /// <summary>The official masks pick the position before each token; the file holds the states there, if they were recorded.</summary>
    private void CloseStates(LanguageCase official, LanguageRun run, int token, IReadOnlyList<int> positions, string file)
    {
        TokenState[] states = run.StatesOf(token, official.PromptLength);
        Assert.Equal(positions, states.Select(state => state.Position - 1));
        if (states.Length > 0 && official.Golden(file) is not null)
        {
            Close(official, file, states.SelectMany(state => state.Hidden));
        }
    }

    private void Close(LanguageCase official, string file, IEnumerable<float> actual)
    {
        double error = Tensors.RelativeError(official.Golden(file)!.Values, actual);
        Report(official.Name, file, error);
        Assert.InRange(error, 0, HiddenTolerance);
    }

    private void Report(string name, string what, double error) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {what}: {error:e1}"));
}
