using Sida.Engine;

namespace Sida.Web.Accounts.OpenId;

/// <summary>What went wrong with the provider, as far as the person is told; the log has the rest.</summary>
internal enum OpenIdProblem
{
    /// <summary>The person, or the provider for them, said no.</summary>
    Refused,

    /// <summary>The provider doesn't answer.</summary>
    Unreachable,

    /// <summary>The provider answered what it must not.</summary>
    Wrong,

    /// <summary>The person came back too late, or with another browser.</summary>
    Expired,

    /// <summary>There were too many attempts.</summary>
    TooMany,
}

/// <summary>Signing in with the provider failed. The message is for the operator.</summary>
internal sealed class OpenIdException(OpenIdProblem problem, string message, Exception? inner = null) : SidaException(message, inner)
{
    public OpenIdProblem Problem => problem;
}
