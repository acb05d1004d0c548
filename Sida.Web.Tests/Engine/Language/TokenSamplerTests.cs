using Sida.Engine;
using Sida.Engine.Language.Sampling;

namespace Sida.Web.Tests.Engine.Language;

/// <summary>Token choice against the rules of transformers 4.31.</summary>
public class TokenSamplerTests
{
    private static readonly float[] Logits = [1, 3, 2, 3, -1];

    [Fact]
    public void Greedy_takes_the_lowest_id_of_the_largest_logit() =>
        Assert.Equal(1, new TokenSampler(SamplingSettings.Greedy, []).Next(Logits));

    [Fact]
    public void Negative_zero_ties_with_zero() => Assert.Equal(0, TokenSampler.ArgMax([-0f, 0f]));

    [Fact]
    public void A_repetition_penalty_acts_on_greedy_choice_and_remembers_the_answer()
    {
        // 3 / 1.6 = 1.875 falls below 2; then 3 / 1.6 for the other, then 2 / 1.6 = 1.25, ...
        TokenSampler sampler = new(new SamplingSettings { RepetitionPenalty = 1.6f }, [1]);
        Assert.Equal([3, 2, 1], new[] { sampler.Next(Logits), sampler.Next(Logits), sampler.Next(Logits) });
    }

    [Fact]
    public void A_repetition_penalty_pushes_negative_logits_further_down() =>
        Assert.Equal(1, new TokenSampler(new SamplingSettings { RepetitionPenalty = 3 }, [0]).Next([-1, -2]));

    [Fact]
    public void Draws_follow_the_distribution()
    {
        int[] counts = Draw(new SamplingSettings { DoSample = true, TopK = 0, Temperature = 2, Seed = 1 }, [0, 2, 4], 20_000);
        double[] expected = [1, Math.E, Math.E * Math.E];
        double sum = expected.Sum();
        Assert.All(counts.Zip(expected), pair => Assert.InRange(pair.First / 20_000.0, (pair.Second / sum) - 0.02, (pair.Second / sum) + 0.02));
    }

    [Fact]
    public void Top_k_keeps_ties_of_the_last_kept() =>
        Assert.Equal([0, 1, 0, 1, 0], Draw(new SamplingSettings { DoSample = true, TopK = 1, Seed = 2 }, Logits, 200).Select(count => count > 0 ? 1 : 0));

    [Fact]
    public void Top_p_keeps_the_smallest_set_that_reaches_it()
    {
        // Probabilities 0.1, 0.2, 0.3, 0.4: 0.4 + 0.3 reaches 0.65, 0.4 alone doesn't.
        float[] logits = [MathF.Log(0.1f), MathF.Log(0.2f), MathF.Log(0.3f), MathF.Log(0.4f)];
        Assert.Equal([0, 0, 1, 1], Draw(new SamplingSettings { DoSample = true, TopK = 0, TopP = 0.65f, Seed = 3 }, logits, 500).Select(count => count > 0 ? 1 : 0));
        Assert.Equal([0, 0, 0, 1], Draw(new SamplingSettings { DoSample = true, TopK = 0, TopP = 0.01f, Seed = 3 }, logits, 500).Select(count => count > 0 ? 1 : 0));
    }

    [Theory]
    [InlineData(100, 0.2f, 1f)]
    [InlineData(100, 0.2f, 0.9f)]
    [InlineData(3000, SamplingSettings.LeastTemperature, 1f)]
    [InlineData(0.1f, 1f, 0f)]
    public void However_far_apart_the_logits_are_the_likely_token_is_drawn(float apart, float temperature, float topP) =>
        Assert.Equal([0, 50], Draw(new SamplingSettings { DoSample = true, Temperature = temperature, TopP = topP, TopK = 0, Seed = 5 }, [0, apart], 50));

    [Fact]
    public void A_seed_repeats_its_draws()
    {
        int[] Sequence(ulong seed)
        {
            TokenSampler sampler = new(new SamplingSettings { DoSample = true, Seed = seed }, []);
            return [.. Enumerable.Range(0, 50).Select(_ => sampler.Next(Logits))];
        }

        Assert.Equal(Sequence(7), Sequence(7));
        Assert.NotEqual(Sequence(7), Sequence(8));
    }

    [Theory]
    [InlineData(0f, 1f, 1f, "temperature")]
    [InlineData(1f, -0.1f, 1f, "top-p")]
    [InlineData(1f, 1.5f, 1f, "top-p")]
    [InlineData(1f, 1f, -1f, "repetition penalty")]
    [InlineData(float.NaN, 1f, 1f, "temperature")]
    public void Settings_out_of_range_are_refused_by_name(float temperature, float topP, float penalty, string name)
    {
        SamplingSettings settings = new() { Temperature = temperature, TopP = topP, RepetitionPenalty = penalty };
        Assert.Contains(name, Assert.Throws<RequestException>(settings.Check).Message, StringComparison.Ordinal);
    }

    private static int[] Draw(SamplingSettings settings, float[] logits, int times)
    {
        TokenSampler sampler = new(settings, []);
        int[] counts = new int[logits.Length];
        for (int round = 0; round < times; round++)
        {
            counts[sampler.Next(logits)]++;
        }

        return counts;
    }
}
