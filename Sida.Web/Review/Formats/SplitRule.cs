using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sida.Engine;

namespace Sida.Web.Review.Formats;

/// <summary>
/// Divides by a hash of a picture's origin: the same picture is always in the same part, today and in the export of next year, however many
/// others there are, and what was made from one photograph stays together.
/// </summary>
/// <param name="Train">Share of train, 0..1.</param>
/// <param name="Validation">Share of validation, 0..1.</param>
/// <param name="Test">Share of test, 0..1.</param>
public sealed record SplitRule(double Train = 0.8, double Validation = 0.1, double Test = 0.1)
{
    private const double Tolerance = 1e-6;

    /// <summary>In which part a picture belongs.</summary>
    /// <param name="origin">What it was made from.</param>
    public Split Of(string origin)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes("sida split " + origin));
        double place = BinaryPrimitives.ReadUInt64BigEndian(hash) / (double)ulong.MaxValue;
        return place < Train ? Split.Train : place < Train + Validation ? Split.Validation : Split.Test;
    }

    /// <summary>Refuses shares that don't make a whole.</summary>
    /// <exception cref="RequestException">They don't.</exception>
    public void Check()
    {
        if (!(Train >= 0 && Validation >= 0 && Test >= 0 && Math.Abs(Train + Validation + Test - 1) < Tolerance))
        {
            throw new RequestException("The shares of train, validation and test must be 0 or more and make 1 together, such as 0.8, 0.1 and 0.1.");
        }
    }
}
