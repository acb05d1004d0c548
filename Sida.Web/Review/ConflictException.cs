using Sida.Engine;

namespace Sida.Web.Review;

/// <summary>Somebody else was faster: what was sent is based on something that is no longer the latest.</summary>
/// <param name="message">Who did what meanwhile, and what to do.</param>
/// <param name="latest">What is the latest now; null when it isn't about versions.</param>
/// <param name="yours">What was sent and not saved; null when it isn't about versions.</param>
public sealed class ConflictException(string message, VersionView? latest = null, Annotation? yours = null) : SidaException(message)
{
    /// <summary>What is the latest now.</summary>
    public VersionView? Latest => latest;

    /// <summary>What was sent and not saved.</summary>
    public Annotation? Yours => yours;
}
