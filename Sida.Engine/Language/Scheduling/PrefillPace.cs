namespace Sida.Engine.Language.Scheduling;

/// <summary>
/// How much of a prompt is read in one step while others wait for their next token: as much as fits into a quarter of a second at the
/// speed seen so far.
/// </summary>
/// <param name="largest">Positions of a full step.</param>
internal sealed class PrefillPace(int largest)
{
    private const double TargetSeconds = 0.25;
    private const double Smoothing = 0.3;
    private const int Smallest = 16;
    private double _secondsPerPosition;

    /// <summary>Positions to read beside other requests' tokens.</summary>
    public int Chunk => _secondsPerPosition <= 0
        ? Math.Min(largest, 4 * Smallest)
        : (int)Math.Clamp(TargetSeconds / _secondsPerPosition, Math.Min(Smallest, largest), largest);

    /// <summary>Learns from a step that read parts of prompts.</summary>
    public void Record(int positions, TimeSpan elapsed)
    {
        double seconds = elapsed.TotalSeconds / positions;
        _secondsPerPosition = _secondsPerPosition <= 0 ? seconds : (Smoothing * seconds) + ((1 - Smoothing) * _secondsPerPosition);
    }
}
