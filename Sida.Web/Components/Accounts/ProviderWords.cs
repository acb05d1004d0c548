using Sida.Web.Accounts.OpenId;

namespace Sida.Web.Components.Accounts;

/// <summary>What people are told when signing in with the provider fails; {0} is the provider.</summary>
internal static class ProviderWords
{
    public static string Of(OpenIdProblem problem) => problem switch
    {
        OpenIdProblem.Refused => "{0} did not let you in, or you stopped there. Nothing was changed here.",
        OpenIdProblem.Unreachable => "{0} can't be reached just now. Try again in a moment, or sign in with a password.",
        OpenIdProblem.Expired => "That took too long, or was begun in another browser. Try again.",
        OpenIdProblem.TooMany => "Too many attempts. Wait a minute, then try again.",
        _ => "What {0} answered was not right, so it was not accepted. Tell an administrator; the server's log says what was wrong.",
    };
}
