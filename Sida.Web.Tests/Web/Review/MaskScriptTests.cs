using System.Text.Json;
using Sida.Engine;
using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Web.Review;

/// <summary>The editor's mask tools (wwwroot/js/review), run by Node.js on random masks.</summary>
public sealed class MaskScriptTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("20261122")]
    public async Task The_tools_keep_their_laws_on_random_masks(string seed) =>
        AssertHolds(await NodeScript.RunAsync("mask-laws.mjs", seed, "40"), 600);

    [Fact]
    public async Task Codes_of_the_page_are_those_of_the_engine()
    {
        Random random = new(7);
        List<object> cases = [];
        for (int i = 0; i < 200; i++)
        {
            BinaryMask mask = RandomMask(random, i);
            string code = RunLengthCode.Encode(mask).ToString();
            cases.Add(new { width = mask.Width, height = mask.Height, pixels = Convert.ToBase64String(mask.Values), code });
            cases.Add(Damaged(random, mask, code));
        }

        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(cases), TestContext.Current.CancellationToken);
            AssertHolds(await NodeScript.RunAsync("mask-codes.mjs", file), cases.Count);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void AssertHolds(JsonElement answer, int tried)
    {
        Assert.Empty(answer.GetProperty("broken").EnumerateArray().Select(line => line.GetString()));
        Assert.True(answer.GetProperty("tried").GetInt32() >= tried);
    }

    /// <summary>Empty, full, noise of any density, or a few stripes; sometimes wider than the columns that are coded at once.</summary>
    private static BinaryMask RandomMask(Random random, int number)
    {
        (int width, int height) = (1 + random.Next(number % 5 == 0 ? 200 : 30), 1 + random.Next(60));
        byte[] values = new byte[width * height];
        double share = (number % 4) switch { 0 => 0, 1 => 1, _ => random.NextDouble() };
        for (int y = 0, i = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, i++)
            {
                values[i] = (byte)(number % 4 == 3 ? (x / 7 + y / 11) % 3 == 0 ? 1 : 0 : random.NextDouble() < share ? 1 : 0);
            }
        }

        return new BinaryMask(width, height, values);
    }

    /// <summary>A code with one character changed, and the pixels that the engine reads from it; null where it refuses.</summary>
    private static object Damaged(Random random, BinaryMask mask, string code)
    {
        char[] text = code.ToCharArray();
        text[random.Next(text.Length)] = (char)random.Next(40, 120);
        string damaged = new(text);
        try
        {
            RunLengthCode read = RunLengthCode.Parse(mask.Width, mask.Height, damaged);
            BinaryMask pixels = read.Decode();
            // A code may say the same with runs of length 0; the page writes it as the engine would.
            return new { width = mask.Width, height = mask.Height, pixels = Convert.ToBase64String(pixels.Values), code = RunLengthCode.Encode(pixels).ToString() };
        }
        catch (RequestException)
        {
            return new { width = mask.Width, height = mask.Height, pixels = (string?)null, code = damaged };
        }
    }
}
