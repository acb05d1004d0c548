using Microsoft.Extensions.Logging.Abstractions;
using Sida.Engine;
using Sida.Engine.Import;
using Sida.Engine.Import.Gguf;
using Sida.Engine.Language;
using Sida.Web.Tests.Engine.Gguf;
using Sida.Web.Tests.Engine.Import;

namespace Sida.Web.Tests.Engine.Language;

/// <summary>Many requests on one model: each must get what it would get alone, in its turn, and give back what it held.</summary>
[Collection(TinyLanguageModelTests.Name)]
public class SchedulerTests(TinyLanguageModel tiny)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Eight_conversations_with_random_cancellations_get_what_each_gets_alone()
    {
        Dictionary<string, LanguageRun> alone = [];
        foreach (string name in LanguageCase.Bundled)
        {
            alone[name] = await RunAloneAsync(LanguageCase.Load(name));
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() => WorkAsync(worker), Cancellation)));
        // A request that was given up is gone within one step.
        await BecomesIdleAsync(tiny.Model);
        Assert.Equal((0, 0), (tiny.Model.State.Running, tiny.Model.State.Queued));

        async Task WorkAsync(int worker)
        {
            Random random = new(worker);
            for (int round = 0; round < 12; round++)
            {
                string name = LanguageCase.Bundled[random.Next(LanguageCase.Bundled.Length)];
                GenerationRequest request = LanguageCase.Load(name).Request();
                if (random.Next(3) == 0)
                {
                    await GiveUpAsync(tiny.Model, request, random.Next(8));
                    continue;
                }

                LanguageRun run = await LanguageRun.CollectAsync(tiny.Model, request, Cancellation);
                Assert.Equal(alone[name].Tokens, run.Tokens);
                Close(alone[name], run);
            }
        }
    }

    [Fact]
    public async Task A_repeated_prompt_comes_from_the_cache_with_its_states()
    {
        using LanguageModel model = await tiny.LoadAsync(LanguagePrecision.F32);
        LanguageCase official = LanguageCase.Load("chat-seg-in-prompt");
        LanguageRun first = await LanguageRun.CollectAsync(model, official.Request(), Cancellation);
        LanguageRun second = await LanguageRun.CollectAsync(model, official.Request(), Cancellation);
        Assert.Equal(0, first.CachedPositions);
        Assert.Equal(official.PromptLength - 1, second.CachedPositions);
        Assert.Equal(first.Tokens, second.Tokens);
        Assert.Equal([.. official.ClsPositions.Take(1), .. official.SegPositions.Take(1)], second.PromptStates.Select(state => state.Position - 1));
        Close(first, second);
    }

    [Fact]
    public async Task A_second_turn_continues_where_the_first_answer_ended()
    {
        using LanguageModel model = await tiny.LoadAsync(LanguagePrecision.F32);
        LanguageCase official = LanguageCase.Load("chat-two-seg-wide");
        LanguageRun first = await LanguageRun.CollectAsync(model, official.Request(), Cancellation);
        int[] conversation = [.. official.Sequence, 384, 375, 1000, 321];
        GenerationRequest turn = official.Request() with { Prompt = official.Prompt(conversation) };
        LanguageRun cached = await LanguageRun.CollectAsync(model, turn, Cancellation);
        LanguageRun fresh = await LanguageRun.CollectAsync(tiny.Model, turn with { Prompt = Renamed(turn.Prompt) }, Cancellation);

        // All of the first turn but its last token, which was never fed.
        Assert.Equal(official.PromptLength + first.Tokens.Count - 1, cached.CachedPositions);
        Assert.Equal(fresh.Tokens, cached.Tokens);
        Assert.Equal(5, cached.PromptStates.Count);
        Close(fresh, cached);
    }

    [Fact]
    public async Task A_cached_prefix_without_the_states_asked_for_is_computed_again_from_there()
    {
        using LanguageModel model = await tiny.LoadAsync(LanguagePrecision.F32);
        LanguageCase official = LanguageCase.Load("chat-seg-in-prompt");
        await LanguageRun.CollectAsync(model, official.Request() with { TokensOfInterest = [] }, Cancellation);
        LanguageRun run = await LanguageRun.CollectAsync(model, official.Request(), Cancellation);
        Assert.Equal(official.ClsPositions[0], run.CachedPositions);
        Close(await RunAloneAsync(official), run);
    }

    [Fact]
    public async Task Another_picture_shares_only_what_stands_before_it()
    {
        using LanguageModel model = await tiny.LoadAsync(LanguagePrecision.F32);
        await LanguageRun.CollectAsync(model, LanguageCase.Load("chat-two-seg-wide").Request(), Cancellation);
        LanguageCase other = LanguageCase.Load("chat-tampered-tall");
        LanguageRun run = await LanguageRun.CollectAsync(model, other.Request(), Cancellation);
        Assert.Equal(other.InputIds.ToList().IndexOf(-200), run.CachedPositions);
        Assert.Equal(other.Generated, run.Tokens);
    }

    [Fact]
    public async Task Old_prefixes_give_way_when_the_cache_is_full()
    {
        using LanguageModel model = await tiny.LoadAsync(LanguagePrecision.F32, options => options with { ContextPositions = 1024, MaxConcurrent = 1 });
        foreach (string name in (string[])["chat-two-seg-wide", "chat-tampered-tall", "chat-zero-seg-tiny", "chat-two-seg-wide"])
        {
            LanguageCase official = LanguageCase.Load(name);
            LanguageRun run = await LanguageRun.CollectAsync(model, official.Request(), Cancellation);
            Assert.Equal(official.Generated, run.Tokens);
            Assert.InRange(model.State.UsedCells, 0, 1024);
        }
    }

    [Fact]
    public async Task A_prompt_that_cannot_fit_is_refused_with_both_lengths()
    {
        using LanguageModel model = await tiny.LoadAsync(LanguagePrecision.F32, options => options with { ContextPositions = 256 });
        LanguageCase official = LanguageCase.Load("chat-two-seg-wide");
        RequestException error = Assert.Throws<RequestException>(() => model.GenerateAsync(official.Request(), Cancellation));
        Assert.Contains($"{official.PromptLength} positions", error.Message, StringComparison.Ordinal);
        Assert.Contains("holds 256", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_fills_the_context_says_so()
    {
        using LanguageModel model = await tiny.LoadAsync(LanguagePrecision.F32, options => options with { ContextPositions = 256 });
        LanguageRun run = await LanguageRun.CollectAsync(model, Endless(250, 512), Cancellation);
        Assert.Equal((FinishReason.ContextFull, 7), (run.Reason, run.Tokens.Count));
    }

    [Fact]
    public async Task No_request_goes_past_the_positions_that_the_model_was_trained_for()
    {
        Assert.Equal(2048, tiny.Model.ContextPositions);           // of 4096 in the cache
        LanguageRun run = await LanguageRun.CollectAsync(tiny.Model, Endless(2045, 512), Cancellation);
        Assert.Equal((FinishReason.ContextFull, 4), (run.Reason, run.Tokens.Count));
    }

    [Fact]
    public async Task A_long_prompt_does_not_starve_an_answer_that_is_being_written()
    {
        using LanguageModel model = await tiny.LoadAsync(LanguagePrecision.F32, options => options with { BatchSize = 64 });
        int tokensMeanwhile = 0;
        bool reading = false;
        Task longPrompt = Task.CompletedTask;
        await foreach (GenerationStep step in model.GenerateAsync(Endless(8, 300), Cancellation))
        {
            if (step is GenerationStep.TokenGenerated)
            {
                tokensMeanwhile += reading ? 1 : 0;
                if (!reading && tokensMeanwhile == 0)
                {
                    reading = true;
                    longPrompt = Task.Run(
                        async () =>
                        {
                            await LanguageRun.CollectAsync(model, Endless(1984, 1), Cancellation);
                            Volatile.Write(ref reading, false);
                        },
                        Cancellation);
                }
            }
        }

        await longPrompt;

        // 1984 positions take at least 31 steps of 64, and the answer gets a token in each.
        Assert.InRange(tokensMeanwhile, 29, 300);
    }

    [Fact]
    public async Task A_full_queue_is_refused_and_positions_count_down()
    {
        using LanguageModel model = await tiny.LoadAsync(LanguagePrecision.F32, options => options with { MaxConcurrent = 1, MaxQueued = 2 });
        using CancellationTokenSource first = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using IAsyncEnumerator<GenerationStep> running = model.GenerateAsync(Endless(8, 2000), first.Token).GetAsyncEnumerator(Cancellation);
        await AdvanceToAsync<GenerationStep.TokenGenerated>(running);
        await using IAsyncEnumerator<GenerationStep> second = model.GenerateAsync(Endless(8, 5), Cancellation).GetAsyncEnumerator(Cancellation);
        await using IAsyncEnumerator<GenerationStep> third = model.GenerateAsync(Endless(8, 5), Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.Equal(0, (await AdvanceToAsync<GenerationStep.Queued>(second)).Position);
        Assert.Equal(1, (await AdvanceToAsync<GenerationStep.Queued>(third)).Position);
        BusyException error = await Assert.ThrowsAsync<BusyException>(() => LanguageRun.CollectAsync(model, Endless(8, 5), Cancellation));
        Assert.Contains("2 requests", error.Message, StringComparison.Ordinal);

        await first.CancelAsync();
        Assert.Equal(0, (await AdvanceToAsync<GenerationStep.Queued>(third)).Position);
        await AdvanceToAsync<GenerationStep.Finished>(second);
        await AdvanceToAsync<GenerationStep.Finished>(third);
    }

    [Fact]
    public async Task Cancelling_frees_the_place_for_the_next()
    {
        using LanguageModel model = await tiny.LoadAsync(LanguagePrecision.F32, options => options with { MaxConcurrent = 1, CachedSequences = 0 });
        using CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using IAsyncEnumerator<GenerationStep> running = model.GenerateAsync(Endless(8, 3000), source.Token).GetAsyncEnumerator(Cancellation);
        await AdvanceToAsync<GenerationStep.TokenGenerated>(running);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AdvanceToAsync<GenerationStep.Finished>(running));
        LanguageRun next = await LanguageRun.CollectAsync(model, Endless(8, 5), Cancellation);
        Assert.Equal(5, next.Tokens.Count);
    }

    [Fact]
    public async Task Leaving_the_enumeration_gives_the_request_up()
    {
        using LanguageModel model = await tiny.LoadAsync(LanguagePrecision.F32, options => options with { CachedSequences = 0 });
        await foreach (GenerationStep step in model.GenerateAsync(Endless(8, 3000), Cancellation))
        {
            if (step is GenerationStep.TokenGenerated)
            {
                break;
            }
        }

        await BecomesIdleAsync(model);
        Assert.Equal(0, model.State.UsedCells);
    }

    [Fact]
    public async Task Disposing_fails_what_is_not_finished_with_a_reason()
    {
        LanguageModel model = await tiny.LoadAsync(LanguagePrecision.F32, options => options with { MaxConcurrent = 1 });
        Task<LanguageRun> running = LanguageRun.CollectAsync(model, Endless(8, 3500), Cancellation);
        Task<LanguageRun> queued = LanguageRun.CollectAsync(model, Endless(8, 3500), Cancellation);
        while (model.State.Running == 0)
        {
            await Task.Delay(1, Cancellation);
        }

        model.Dispose();
        foreach (Task<LanguageRun> request in (Task<LanguageRun>[])[running, queued])
        {
            BusyException error = await Assert.ThrowsAsync<BusyException>(() => request);
            Assert.Contains("unloaded", error.Message, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<BusyException>(() => LanguageRun.CollectAsync(model, Endless(8, 5), Cancellation));
    }

    [Fact]
    public async Task A_model_that_overflows_fails_its_request_and_harms_no_later_one()
    {
        // Channel 0 is silent but for token 5, whose keys then overflow: scores become infinity minus infinity.
        const int poison = 5, channel = 0, vocabulary = 40;
        using TemporaryFolder folder = new();
        MemoryTensors tensors = MemoryTensors.RandomLlama(LlamaFiles.SmallConfig, vocabulary, seed: 9);
        for (int token = 0; token < vocabulary; token++)
        {
            tensors.Set(LlamaWeight.EmbeddingKey, (token * LlamaFiles.SmallConfig.HiddenSize) + channel, token == poison ? 1 : 0);
        }

        tensors.Set("model.layers.0.input_layernorm.weight", channel, 1e30f);
        string path = folder.File("model.gguf");
        await new LanguageModelWriter(tensors, LlamaFiles.SmallConfig, LlamaFiles.Tokenizer(vocabulary), "test").WriteAsync(path, LanguagePrecision.F32, null, Cancellation);
        LanguageModelOptions options = new() { Device = DeviceOption.Cpu, Threads = 1, ContextPositions = 256 };
        using LanguageModel model = await LanguageModel.LoadAsync(path, options, NullLogger.Instance, Cancellation);

        GenerationRequest sound = new() { Prompt = [new TokenSegment([1, 7, 9, 11])], MaxNewTokens = 1 };
        LanguageRun before = await LanguageRun.CollectAsync(model, sound, Cancellation);
        GenerationRequest poisoned = sound with { Prompt = [new TokenSegment([1, 7, poison, 11])] };
        NativeRuntimeException error = await Assert.ThrowsAsync<NativeRuntimeException>(() => LanguageRun.CollectAsync(model, poisoned, Cancellation));
        Assert.Contains("infinity or NaN", error.Message, StringComparison.Ordinal);
        LanguageRun after = await LanguageRun.CollectAsync(model, sound, Cancellation);
        Assert.Equal(0, after.CachedPositions);
        Assert.Equal(before.Hidden[0], after.Hidden[0]);
    }

    [Fact]
    public void Requests_that_make_no_sense_are_refused_before_they_run()
    {
        GenerationRequest sound = Endless(4, 1);
        float[] rows = new float[tiny.Model.HiddenSize];
        rows[3] = float.NaN;
        foreach ((GenerationRequest request, string expected) in new[]
        {
            (sound with { Prompt = [] }, "empty"),
            (sound with { Prompt = [new TokenSegment([1005])] }, "Token 1005"),
            (sound with { Prompt = [new TokenSegment([-1])] }, "Token -1"),
            (sound with { ForcedAnswer = [5000] }, "Token 5000"),
            (sound with { MaxNewTokens = 0 }, "at most 0 tokens"),
            (sound with { Prompt = [new EmbeddingSegment(new float[63], "x")] }, "rows of 64"),
            (sound with { Prompt = [new EmbeddingSegment(rows, "x")] }, "NaN"),
        })
        {
            RequestException error = Assert.Throws<RequestException>(() => tiny.Model.GenerateAsync(request, Cancellation));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Sampling_with_a_seed_is_repeatable_and_differs_from_greedy()
    {
        GenerationRequest greedy = Endless(8, 40);
        GenerationRequest sampled = greedy with { Sampling = new() { DoSample = true, Temperature = 5, TopK = 0, Seed = 3 } };
        LanguageRun first = await LanguageRun.CollectAsync(tiny.Model, sampled, Cancellation);
        LanguageRun second = await LanguageRun.CollectAsync(tiny.Model, sampled, Cancellation);
        Assert.Equal(first.Tokens, second.Tokens);
        Assert.NotEqual((await LanguageRun.CollectAsync(tiny.Model, greedy, Cancellation)).Tokens, first.Tokens);
    }

    [Fact]
    public async Task The_number_of_threads_changes_while_answers_are_written()
    {
        using LanguageModel model = await tiny.LoadAsync(LanguagePrecision.F32);
        LanguageRun alone = await LanguageRun.CollectAsync(model, Endless(8, 30), Cancellation);
        int seen = 0;
        List<int> tokens = [];
        await foreach (GenerationStep step in model.GenerateAsync(Endless(8, 30), Cancellation))
        {
            if (step is GenerationStep.TokenGenerated token)
            {
                tokens.Add(token.Id);
                model.Threads = 1 + (++seen / 10 % 2);
            }
        }

        Assert.Equal(alone.Tokens, tokens);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Threads = 0);
    }

    /// <summary>A prompt of a length, continued for a number of tokens whatever they are.</summary>
    private static GenerationRequest Endless(int length, int tokens) => new()
    {
        Prompt = [new TokenSegment([1, .. Enumerable.Range(0, length - 1).Select(index => 300 + (index * 7 % 600))])],
        MaxNewTokens = tokens,
    };

    private static async Task GiveUpAsync(LanguageModel model, GenerationRequest request, int steps)
    {
        await foreach (GenerationStep _ in model.GenerateAsync(request, Cancellation))
        {
            if (steps-- == 0)
            {
                break;
            }
        }
    }

    private static async Task<T> AdvanceToAsync<T>(IAsyncEnumerator<GenerationStep> steps)
        where T : GenerationStep
    {
        while (await steps.MoveNextAsync())
        {
            if (steps.Current is T wanted)
            {
                return wanted;
            }
        }

        throw new InvalidOperationException($"The request ended without {typeof(T).Name}.");
    }

    private static async Task BecomesIdleAsync(LanguageModel model)
    {
        while (model.State.Running > 0)
        {
            await Task.Delay(1, Cancellation);
        }
    }

    /// <summary>A run whose picture has a key of its own, so that nothing of it is in the cache.</summary>
    private Task<LanguageRun> RunAloneAsync(LanguageCase official)
    {
        GenerationRequest request = official.Request();
        return LanguageRun.CollectAsync(tiny.Model, request with { Prompt = Renamed(request.Prompt) }, Cancellation);
    }

    private static PromptSegment[] Renamed(IReadOnlyList<PromptSegment> prompt) =>
        [.. prompt.Select(segment => segment is EmbeddingSegment rows ? rows with { Key = Guid.NewGuid().ToString() } : segment)];

    private static void Close(LanguageRun expected, LanguageRun actual)
    {
        static IEnumerable<float> States(LanguageRun run) => run.PromptStates.SelectMany(state => state.Hidden).Concat(run.Hidden.SelectMany(state => state));
        if (States(expected).Any())
        {
            Assert.InRange(Tensors.RelativeError(States(expected), States(actual)), 0, 2e-5);
        }
    }
}
