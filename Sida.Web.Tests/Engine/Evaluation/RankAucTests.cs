using Sida.Engine.Evaluation;

namespace Sida.Web.Tests.Engine.Evaluation;

/// <summary>The area under the ROC curve against values by hand and against counting all pairs.</summary>
public sealed class RankAucTests
{
    [Theory]
    [InlineData(new[] { 0.1f, 0.4f, 0.35f, 0.8f }, new byte[] { 0, 0, 1, 1 }, 0.75)] // three of four pairs in order
    [InlineData(new[] { 1f, 2f, 3f }, new byte[] { 0, 0, 1 }, 1.0)]
    [InlineData(new[] { 3f, 2f, 1f }, new byte[] { 0, 0, 1 }, 0.0)]
    [InlineData(new[] { 5f, 5f, 5f, 5f }, new byte[] { 0, 1, 0, 1 }, 0.5)] // nothing but ties
    [InlineData(new[] { 0f, 1f, 1f, 2f }, new byte[] { 0, 0, 1, 1 }, 0.875)] // one tie of four pairs
    public void Known_values(float[] scores, byte[] positive, double expected) =>
        Assert.Equal(expected, RankAuc.SortAndCompute(scores, positive)!.Value, 12);

    [Fact]
    public void Without_positives_or_negatives_there_is_no_curve()
    {
        Assert.Null(RankAuc.SortAndCompute([1, 2], [1, 1]));
        Assert.Null(RankAuc.SortAndCompute([1, 2], [0, 0]));
        Assert.Throws<ArgumentException>(() => RankAuc.SortAndCompute([1], [0, 1]));
    }

    [Fact]
    public void It_is_the_share_of_pairs_in_order()
    {
        Random random = new(7);
        for (int round = 0; round < 20; round++)
        {
            float[] scores = [.. Enumerable.Range(0, 60).Select(_ => (float)random.Next(12))];
            byte[] positive = [.. scores.Select(score => random.Next(14) < score ? (byte)1 : (byte)0)];
            positive[0] = 1;
            positive[1] = 0;
            double inOrder = 0;
            int pairs = 0;
            for (int i = 0; i < scores.Length; i++)
            {
                for (int j = 0; j < scores.Length; j++)
                {
                    if (positive[i] == 1 && positive[j] == 0)
                    {
                        pairs++;
                        inOrder += scores[i] > scores[j] ? 1 : scores[i] < scores[j] ? 0 : 0.5;
                    }
                }
            }

            Assert.Equal(inOrder / pairs, RankAuc.SortAndCompute([.. scores], [.. positive])!.Value, 12);
        }
    }
}
