using Sida.Engine;
using Sida.Engine.Import;
using Sida.Engine.Language.Interop;
using Sida.Engine.Language.Scheduling;

namespace Sida.Web.Tests.Engine.Language;

/// <summary>The ledger of the KV cache against the cache itself.</summary>
[Collection(TinyLanguageModelTests.Name)]
public class KvCacheTests(TinyLanguageModel tiny)
{
    private const int Sequences = 6;
    private const int Running = 3;

    [Fact]
    public async Task Whatever_is_rented_and_returned_the_native_cache_holds_what_the_ledger_says()
    {
        using LlamaModel model = LlamaModel.Load(await tiny.FileAsync(LanguagePrecision.F32), DeviceOption.Cpu, TestContext.Current.CancellationToken);
        using LlamaContext context = new(model, new LlamaContextOptions(256, Sequences, 64, Sequences, 1, FullPrecision: true));
        KvCache cache = new(context, Sequences, context.Cells);
        LlamaStep step = context.NewStep();
        Random random = new(4);
        List<CachedSequence> running = [];
        int reused = 0;
        int refused = 0;
        for (int round = 0; round < 600; round++)
        {
            if (running.Count == Running || (running.Count > 0 && random.Next(3) == 0))
            {
                CachedSequence done = running[random.Next(running.Count)];
                running.Remove(done);
                cache.Return(done);
            }
            else
            {
                // Prompts of three families that share beginnings of different lengths.
                int[] tokens = [1, .. Enumerable.Repeat(10 + random.Next(3), random.Next(1, 40)), .. Enumerable.Range(0, random.Next(1, 50)).Select(_ => random.Next(100, 110))];
                PositionKey[] keys = [.. tokens.Select(PositionKey.Token)];
                int positions = keys.Length + random.Next(20);
                CachedSequence? sequence = cache.TryRent(keys, keys.Length - 1, [], positions);
                if (sequence is null)
                {
                    refused++;
                    continue;
                }

                reused += sequence.Length;
                Assert.Equal(keys[..sequence.Length], sequence.Keys);
                Feed(context, cache, step, sequence, tokens);
                running.Add(sequence);
            }

            Assert.All(running, sequence => Assert.Equal(sequence.Length, context.SequenceLength(sequence.Id)));
            Assert.InRange(cache.UsedCells, running.SelectMany(sequence => sequence.Cells).Distinct().Count(), 256);
        }

        Assert.InRange(reused, 500, int.MaxValue);
        Assert.InRange(refused, 1, 400);
        running.ForEach(cache.Return);
        cache.Clear();
        Assert.Equal(0, cache.UsedCells);
        Assert.All(Enumerable.Range(0, Sequences), id => Assert.Equal(0, context.SequenceLength(id)));
    }

    private static void Feed(LlamaContext context, KvCache cache, LlamaStep step, CachedSequence sequence, int[] tokens)
    {
        while (sequence.Length < tokens.Length)
        {
            step.Clear();
            int end = Math.Min(tokens.Length, sequence.Length + step.Capacity);
            for (int position = sequence.Length; position < end; position++)
            {
                step.AddToken(tokens[position], position, sequence.Id, output: position == tokens.Length - 1);
            }

            // llama.cpp throws here if there is no room, or if a position is missing.
            Assert.True(context.Decode(step));
            for (int position = sequence.Length; position < end; position++)
            {
                cache.Append(sequence, PositionKey.Token(tokens[position]));
            }
        }
    }
}
